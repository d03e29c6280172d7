"""A plan that could decide the interaction."""

from . import Open

exercise = Open(
    name="better-new-seeds",
    chapter="what_made_it_better",
    title="New seeds, planned",
    minutes=20,
    statement=r"""
Whether the larger network is worth more with the smaller learning rate isn't decided in this chapter. Plan an experiment that could decide it, on half a page.
Estimate from the ledger how wide the interval of the interaction would be with $n$ new seeds for each of the eight recipes, and for which $n$ an interaction of one percentage point could be told from zero.
""",
    rubric=(
        (1, "the question is one contrast, written down before any new run, with its sign"),
        (2, "the half-width as a function of the number of seeds, from the eight standard deviations of the ledger"),
        (1, "the number of seeds is fixed beforehand, or the looks are, and they share the 5 %"),
        (1, "the decision rule says what is concluded if the interval holds zero"),
        (1, "new seeds only: the runs that suggested the question aren't counted again"),
    ),
    explanation=r"""
```python
sds = np.array([100 * row["sd"] for row in rc.studies.ledger()
                if row["id"] in design
                and row["metric"] == "test_accuracy"])
for n in (3, 5, 8, 12, 20):
    v = sds**2 / n
    freedom = v.sum() ** 2 / (v**2 / (n - 1)).sum()
    width = stats.t.ppf(0.975, freedom) * np.sqrt(v.sum()) / 4
    print(f"{n:2} seeds: ± {width:.2f} points")
```

With one contrast, one look and new seeds only, the whole 5 % belongs to this interval. An interaction that is just as large as the half-width is found in about half of such experiments only, so plan for a half-width well below one point.
The standard deviations are themselves estimates, from three to five runs each: allow for a few more seeds.
""",
)

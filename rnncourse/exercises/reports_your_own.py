"""Write a recipe from the text of a report, and run it."""

from . import Open

exercise = Open(
    name="reports-your-own",
    chapter="five_reports_rerun",
    title="Re-run a report",
    minutes=45,
    statement=r"""
Take a report with a figure that interests you: one of your own, of a year ago; a fellow student's; a blog post.
Write down *from its text alone* a recipe as in `rnncourse/studies/reports.py`: data, model, training. Mark each setting as given, as found in the code only, or as assumed.
Then run it at a scale that you can afford, with at least five seeds, and test one sentence of its conclusions.
""",
    explanation=r"""
A way to begin, with a recipe that you change:

```python
from dataclasses import replace

recipe = rc.studies.recipe("R4-lstm-1")
mine = replace(recipe, id="mine", published={},
               train={**recipe.train, "lr": 0.01})
data = mine.load("sample")
for seed in range(5):
    model = mine.build(data, seed)
    rc.fit(model, data, seed=seed, progress=False, **mine.train)
    print(seed, rc.evaluate(model, data.test, data.classes).accuracy)
```

For an assumption that may matter, run both readings, as the chapter does with the readout of the recall task, and see whether the conclusion depends on it.

**Before you publish**: tell the author what you found, and what you had to assume.
""",
    rubric=(
        (2, "a recipe with every setting marked as given, found in the code, or assumed"),
        (1, "at least one assumption run in two readings"),
        (2, "at least five seeds, with a prediction interval for the published figure"),
        (1, "one sentence of the conclusions tested, with a rule that was written down before the runs"),
        (1, "says in fairness what was right, and what stays undecided"),
    ),
)

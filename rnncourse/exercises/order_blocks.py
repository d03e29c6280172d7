"""How much of the structure does each network use: shuffle within blocks of growing size."""

from . import Open

exercise = Open(
    name="order-blocks",
    chapter="does_order_matter",
    title="Block by block",
    minutes=30,
    statement=r"""
Shuffle the digits within blocks of 1, 2, 4 and 8 pixels (`places(f"blocks of {size}", 8, seed)`), and train the chapter's LSTM and CNN on each, with four seeds.
How does the accuracy fall with the size of the blocks, for each network? What do you expect before you train, and does the result support an explanation of what the networks use?
""",
    rubric=(
        (1, "an expectation for both networks that was written down before the training"),
        (2, "four sizes, both networks, the same seeds and permutations for both, and nothing else changed"),
        (2, "differences against the unshuffled digits, seed by seed, with an interval"),
        (1, "a conclusion no stronger than the intervals"),
    ),
    explanation=r"""
The chapter's functions do most of it; a data set in any order is made like this:

```python
def in_order(data, at):
    parts = {part: replace(split, x=split.x.flatten(1)[:, at])
             for part in ("train", "validation", "test")
             if (split := getattr(data, part))}
    return replace(data, **parts)

for net in ("lstm", "cnn"):
    for size in (1, 2, 4, 8):
        scores = []
        for seed in range(4):
            d = in_order(plain, places(f"blocks of {size}", 8, seed))
            recipe = recipe_of(net, small=True)
            model = recipe.build(d, seed)
            rc.fit(model, d, seed=seed, progress=False, **recipe.train)
            right = rc.evaluate(model, d.test, d.classes).accuracy
            scores.append(round(100 * right, 1))
        print(net, size, scores)
```

In our run both fell from blocks of 1 to blocks of 8; the steps between may not be decided.
But with four seeds most single steps aren't decided: from 1 to 2 the LSTM loses 1.1, 6.1, 2.0 and $-0.3$ points, and the interval of their mean contains zero.
So what is supported is the trend from end to end, for both networks; that one of them depends on nearer neighbours than the other isn't.
""",
)

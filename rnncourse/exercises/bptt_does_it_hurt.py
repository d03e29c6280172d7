"""Does a truncated gradient train a worse network?"""

from . import Open

exercise = Open(
    name="bptt-does-it-hurt",
    chapter="backpropagation_through_time",
    title="Does the cut hurt?",
    minutes=25,
    statement=r"""
The chapter compares gradients, not trained networks. Train some of them: with chunks of $k = 1$, 7 and 28 steps, from the default $W_h$ and from twice that scale, with at least three seeds each,
on the 5,000 training images, with the loss on the *last* step only.
Write down what you expect from the figures of the chapter. Then measure the test accuracy, and say whether a wrong gradient makes a worse network.
""",
    rubric=(
        (1, "a prediction that was written down before the experiment, with its reason"),
        (1, "the same updates, learning rate and seeds for every chunk length, so that only the cut differs"),
        (2, "accuracies of all seeds with their spread or an interval, and no ranking where the intervals overlap"),
        (2, "an explanation that separates what the state carries from what the gradient can teach it"),
    ),
    explanation=r"""
One run, with `run_in_chunks` from the chapter; the loss reads the last state:

```python
def trained(scale, seed, k, updates=300):
    cell, W_y = network(scale, seed)
    cell, W_y = cell.float(), W_y.float().requires_grad_()
    adam = torch.optim.Adam([*cell.parameters(), W_y], lr=3e-3)
    order = torch.Generator().manual_seed(seed)
    for _ in range(updates):
        some = torch.randint(len(data.train.x), (100,), generator=order)
        h = run_in_chunks(cell, data.train.x[some], k)[:, -1]
        error = cross_entropy(h @ W_y, data.train.y[some])
        adam.zero_grad()
        error.backward()
        adam.step()
    with torch.no_grad():
        h = run_in_chunks(cell, data.test.x, k)[:, -1]
    return ((h @ W_y).argmax(1) == data.test.y).float().mean().item()

for scale in (1, 2):
    for k in (1, 7, 28):
        runs = [trained(scale, seed, k) for seed in range(3)]
        print(scale, k, [round(a, 3) for a in runs], rc.mean_interval(runs))
```

With $k = 1$ the gradient teaches the weights to read the last row and whatever the state happens to hold.
An untrained state isn't empty: it holds a random summary of the earlier rows, which the readout can use without any gradient through time.
So the accuracy with $k = 1$ is a control for what the memory gives without having been taught.
When we ran this, $k = 7$ was better than $k = 1$, while the runs with $k = 28$ scattered so widely that three seeds don't rank 7 and 28.
A full gradient is the right one for the loss, but it isn't thereby the easiest one to learn from.
""",
)

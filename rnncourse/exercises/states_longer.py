"""For how long does each kind of memory last?"""

from . import Open

exercise = Open(
    name="states-longer",
    chapter="inside_the_state",
    title="Which memory lasts?",
    minutes=30,
    statement=r"""
The networks of the order task have two kinds of memory, one that needs the loop and one that doesn't. Which one lasts longer than in training?

Write down first what you expect: a leak with $f = 0.95$ keeps $0.95^k$ after $k$ more steps, and a latch as in {doc}`vanishing_gradients` would keep its bit for ever. Then put 25, 50, 100 and 200 more random letters between the two signals of the test sequences, and look how often the first signal is still right in the network's answer.
Was your expectation right? If not, what do you have to give up: the idea of the leak, of the latch, or both?
""",
    rubric=(
        (1, "an expectation for both starts, with a reason, written down before the experiment"),
        (2, "the first signal's share of right answers for each length and each network that solves the task, "
            "beside 50 % for a guess; networks shown one by one"),
        (1, "a control: sequences without more letters, or the loop cut, judged in the same way"),
        (2, "a conclusion that gives up what the figures contradict, and doesn't make a rule of a few networks"),
    ),
    explanation=r"""
A way to begin:

```python
def with_gap(x, extra):
    generator = torch.Generator().manual_seed(0)
    letters = torch.randint(4, (len(x), extra), generator=generator)
    between = torch.eye(8)[letters]  # the signals stand at 2-3 and 12-13
    return torch.cat([x[:, :8], between, x[:, 8:]], dim=1)

for start, seeds in solved.items():
    for seed in seeds:
        right = []
        for extra in (0, 25, 50, 100, 200):
            with torch.no_grad():
                answer = nets[start, seed](with_gap(order.test.x, extra))
            first = answer.argmax(1) // 2 == order.test.y // 2
            right.append(round(first.double().mean().item(), 2))
        print(start, seed, right)
```

When we ran it, the networks with bias 0 were the ones to forget: with 100 more letters none of them had more than two of three first signals right, and one was *wrong* nearly every time with 50. So their loop isn't a latch with two resting points.
Those with bias 3 kept the bit for longer than their leak explains: with 50 more letters, where $0.95^{50} = 0.08$ would be left, each was right in three of four cases or more. A small rest can still be read if nothing larger lies over it; and the loop, which the cut showed not to be *needed* over 24 steps, may help as well. Cut it and see.
""",
)  # fmt: skip

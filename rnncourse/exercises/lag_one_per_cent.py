"""The forget bias that loses one per cent in a thousand steps."""

from math import exp, log

from . import Mistake, Number


def bias(share, steps):
    gate = share ** (1 / steps)
    return log(gate / (1 - gate))


exercise = Number(
    name="lag-one-per-cent",
    chapter="how_long_is_long_term",
    title="One per cent in a thousand steps",
    minutes=10,
    kind="measure",
    statement=r"""
In the hand-set LSTM of the chapter, the first step of a sequence of 1,001 steps is marked, with the number 1, and nothing else. So the number is kept over 1,000 steps.
At which forget bias is the answer 0.99? Find it with `adder("lstm", forget=…)`, for instance by halving an interval, or by thought. Give six significant digits.
""",
    solution="""
steps, share = 1000, 0.99
gate = share ** (1 / steps)  # what each step must leave
answer = np.log(gate / (1 - gate))
""",
    digits=6,
    mistakes=(
        Mistake("a hundred steps", bias(0.99, 100), "that keeps 0.99 over 100 steps; the number must last for 1,000"),
        Mistake("999 steps", bias(0.99, 999), "that keeps 0.99 over 999 steps; the number must last for 1,000"),
        Mistake("1,001 steps", bias(0.99, 1001), "the first of the 1,001 steps writes the number; it is kept over the 1,000 others"),
        Mistake("one per cent kept", bias(0.01, 1000), "with that bias 1 % is left; 1 % may be lost"),
        Mistake("time scale", log(999), "that is the bias ln(lag - 1), which sets the time scale to the lag; it leaves about 37 %"),
        Mistake("half", bias(0.5, 1000), "with that bias one half is left"),
        Mistake("the gate", 0.99 ** (1 / 1000), "that is the gate; the bias is asked for, and the gate is its sigmoid"),
        Mistake("one step", bias(0.99, 1), "that gate leaves 0.99 after a single step"),
        Mistake("odds", exp(bias(0.99, 1000)), "that is the odds of the gate, f/(1 - f); take the logarithm"),
    ),
    hints=(
        "Make x of shape (1, 1001, 2) in double precision, all zero, and set the number and the mark of the first step to 1.",
        "The answer is the forget gate to the power of 1,000. Which gate gives 0.99, and which bias gives that gate?",
    ),
    explanation=r"""
$f^{1000} = 0.99$ asks for $f = 0.99999$, and $b = \ln(f / (1 - f)) = 11.5079$.
The initial bias of LSTM-F for a lag of 1,000 would be $\ln 999 = 6.91$, which leaves about 37 %: enough for a gradient to come back, too little to hold a sum. Training has to do the rest.

```python
x = torch.zeros(1, 1001, 2, dtype=torch.float64)
x[0, 0] = 1.0
low, high = 5.0, 20.0
for _ in range(40):
    middle = (low + high) / 2
    kept = adder("lstm", forget=middle)(x).item()
    low, high = (middle, high) if kept < 0.99 else (low, middle)
```
""",
)  # fmt: skip

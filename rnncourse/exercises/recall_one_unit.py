"""One LSTM unit that remembers the second digit."""

from . import Open

exercise = Open(
    name="recall-one-unit",
    chapter="remembering",
    title="One unit",
    minutes=25,
    statement=r"""
The network that was built by hand has one unit that counts and one that remembers. Can a *single* LSTM unit do both?
Build it as `rc.RecurrentModel("lstm", 10, 1, 10)` in double precision, or argue why it is impossible.
If you built one: how many of the test sequences does it answer correctly, and what happens in sequences of 1,000 steps? Which of your numbers decides how long it remembers?
""",
    rubric=(
        (2, "a plan in words: which values of h mean 'nothing read', 'one digit read' and 'holding digit k'"),
        (2, "a network with its accuracy on the test sequences, or an argument that covers the gates as well"),
        (1, "a measurement at 1,000 steps, with the gates' leak as its explanation"),
        (1, "a remark on what the construction says about training, and what it doesn't"),
    ),
    explanation=r"""
It is possible. Before the first digit $h = 0$. The first digit drives $h$ to about 0.76, whichever digit it is. From there the second digit drives it to one of ten *negative* numbers, and at a negative $h$ the gates hold.

```python
one = rc.RecurrentModel("lstm", 10, 1, 10).double()
levels = torch.linspace(-0.7, -0.3, 10, dtype=torch.float64)
W_x = one.recurrent.weight_ih_l0.view(4, 10)  # i f g o, inputs
W_h, b = one.recurrent.weight_hh_l0.view(4), one.recurrent.bias_ih_l0
with torch.no_grad():
    for p in one.parameters():
        p.zero_()
    W_h[0], b[0] = 100.0, 10.0    # write unless h is negative
    W_h[1], b[1] = -100.0, -10.0  # keep if h is negative
    W_x[2] = torch.atanh(torch.atanh(levels)) + 8  # first digit: g near 1
    W_h[2] = -8 / math.tanh(1)    # second digit: the 8 is taken away
    b[3] = 100.0                  # always show
    one.linear.weight[:, 0] = 2 * levels
    one.linear.bias.copy_(-levels**2)
```

All 10,000 test sequences are answered correctly, and so are 200 sequences of 1,000 steps.
With levels up to $-0.2$ in place of $-0.3$ the input gate of the digit 9 is open by $\sigma(-10) \approx 5 \cdot 10^{-5}$ at each step, and after 1,000 steps some answers are wrong.
So capacity doesn't end at two units. Whether training finds such weights is another question.
""",
)

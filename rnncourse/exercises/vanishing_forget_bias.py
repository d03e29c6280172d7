"""Which forget-gate bias keeps 60 % over 100 steps?"""

from math import exp, log

from . import Mistake, Number


def bias(steps, share=0.6):
    """The bias with which that share is left after so many steps."""
    gate = share ** (1 / steps)
    return log(gate / (1 - gate))


exercise = Number(
    name="vanishing-forget-bias",
    chapter="lstm",
    title="Sixty per cent",
    minutes=10,
    kind="measure",
    statement=r"""
Look at the direct path of one LSTM unit whose forget gate is $\sigma(b_f)$ at every step.
For which bias $b_f$ are 60 % of the gradient of the cell state left after 100 steps? Give four significant digits.
""",
    solution="""
gate = 0.6 ** (1 / 100)
answer = np.log(gate / (1 - gate))
""",
    digits=4,
    mistakes=(
        Mistake("the gate", 0.6 ** (1 / 100), "that is the gate that is needed; the question is for its bias"),
        Mistake("one step", bias(1), "that bias leaves 60 % after one step, not after 100"),
        Mistake("99 steps", bias(99), "that bias leaves 60 % after 99 steps"),
        Mistake("101 steps", bias(101), "that bias leaves 60 % after 101 steps"),
        Mistake("ten steps", bias(10), "that bias leaves 60 % after ten steps"),
        Mistake("sign", -bias(100), "that gate is almost closed; look at the sign"),
        Mistake("40 per cent", bias(100, 0.4), "with that bias 60 % are lost, not left"),
        Mistake("two biases", bias(100) / 2, "that is one of PyTorch's two biases if they are equal"),
        Mistake("logarithm", exp(0.6 ** (1 / 100)), "the inverse of the sigmoid isn't the exponential function"),
    ),
    hints=(
        "Over 100 steps the share is the 100th power of the gate. Which gate has the power 0.6?",
        "Then invert the sigmoid: b is the logarithm of gate over (1 - gate).",
    ),
    explanation=r"""
The gate must be $0.6^{1/100} = 0.9949$, and the inverse of the sigmoid gives $b_f = \ln(0.9949 / 0.0051) = 5.274$.
The approximation of the chapter, $\ln(100 / \ln(1/0.6))$, gives 5.277. In a network with weights of its own, what goes through $h$ comes on top; {doc}`do_gates_help` measures how much.
And training is free to move the bias: it is a start and no guarantee.
""",
)

"""From a measured slowness to the time scale of a leak."""

from . import Mistake, Number

exercise = Number(
    name="states-time-scale",
    chapter="inside_the_state",
    title="From slowness to time scale",
    minutes=10,
    statement=r"""
The slowness of a cell state was measured: $\Delta = 0.016$. Suppose that the unit is a leak with a constant forget gate, fed with white noise. Which time scale $\tau = -1/\ln f$ does it have, in steps? Give four significant digits.
""",
    solution="""
f = 1 - 0.016 / 2
answer = -1 / math.log(f)
""",
    digits=4,
    mistakes=(
        Mistake("the gate", 0.992, "that is the forget gate; the question is for its time scale"),
        Mistake("half-life", 86.2965, "that is the half-life, ln ½ / ln f; the time scale is that of e, not of 2"),
        Mistake("factor 2", 61.9987, "this takes Δ for 1 - f; the chapter derives Δ = 2 (1 - f)"),
        Mistake("one over", 62.5, "1/Δ; there is a factor of 2, and the logarithm"),
        Mistake("first order", 125.0, "2/Δ is the value for f close to 1; four digits need the logarithm"),
        Mistake("sign", -124.4993, "ln f is negative, so -1/ln f is positive"),
        Mistake("base", 286.6693, "ln is the natural logarithm, not the one of base 10"),
    ),
    hints=(
        "First find f from Δ = 2 (1 - f).",
        "f = 0.992; now the time scale with the natural logarithm.",
    ),
    explanation=r"""
$f = 1 - \Delta/2 = 0.992$, and $-1/\ln 0.992 = 124.5$. For $f$ close to 1, $\ln f \approx f - 1$, so $\tau \approx 2/\Delta = 125$.
In the trained networks of the chapter such a figure would describe the unit and not its gate: most of what keeps it slow comes from elsewhere.
""",
)

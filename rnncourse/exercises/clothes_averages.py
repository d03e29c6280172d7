"""Two networks with one accuracy, and an average that prefers the less balanced one."""

from . import Mistake, Number

exercise = Number(
    name="clothes-averages",
    chapter="what_made_it_better",
    title="Two networks, one accuracy",
    minutes=10,
    statement=r"""
Two classes have 10 test images each. Network 1 has the confusion matrix $\begin{pmatrix} 8 & 2 \\ 2 & 8 \end{pmatrix}$, network 2 has
$\begin{pmatrix} 6 & 4 \\ 0 & 10 \end{pmatrix}$; a row is a true class.
Both have the accuracy 0.8. Compute the *macro precision* of network 2 by hand. Give four significant digits.
Which network looks better by it?
""",
    solution="answer = (6 / (6 + 0) + 10 / (4 + 10)) / 2",
    digits=4,
    mistakes=(
        Mistake("recall", 0.8, "that is the accuracy, and the macro recall; precision divides by the column's sum"),
        Mistake("one class", 10 / 14, "that is the precision of the second class alone"),
        Mistake("other class", 1.0, "that is the precision of the first class alone"),
        Mistake("sum", 1 + 10 / 14, "that is the sum of the two precisions, not their mean"),
        Mistake("percent", 100 * (1 + 10 / 14) / 2, "give it as a fraction of 1, not in percent"),
        Mistake("F1", (2 * 6 / 16 + 2 * 10 / 24) / 2, "that is the macro F1"),
    ),
    hints=("The precision of a class: of all answers that name it (its column), which share is right?",),
    explanation=r"""
The answers "class 1" of network 2 are all right, 6 of 6; its answers "class 2" are right in 10 of 14 cases.
So its macro precision is *higher* than the 0.8 of network 1, although it finds only 6 of 10 images of the first class.
A precision a little above the recall isn't a sign of balance. Only the recalls of the classes show the difference: 0.8 and 0.8 against 0.6 and 1.0.
""",
)

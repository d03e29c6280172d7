"""What a weighted recall can tell that the accuracy can't."""

from . import Choice, Option

exercise = Choice(
    name="clothes-same-number",
    chapter="what_made_it_better",
    title="The same number twice",
    minutes=3,
    statement=r"""
A report says: "The accuracy is 0.857. The weighted recall, 0.857, confirms that no class is neglected." What is wrong with it?
""",
    options=(
        Option(
            "nothing: the recall was computed apart from the accuracy",
            "It was computed by another formula, but the class sizes cancel in it and leave the accuracy.",
        ),
        Option(
            "the weighted recall is always the accuracy, so it confirms nothing",
            "Right: the sum of N_c/N times R_c/N_c is the sum of R_c over N, whatever the classes look like.",
            right=True,
        ),
        Option(
            "the macro recall should have been used: here it would differ",
            "On this test set every class has 1,000 images, and then macro and weighted averages are equal.",
        ),
        Option(
            "the test set is too small for two equal numbers to mean anything",
            "Size isn't the point: the two numbers are equal on every test set.",
        ),
    ),
    hints=("Go back to the four lines of the derivation: which quantities cancel?",),
    explanation=r"""
The weighted recall is the accuracy under another name, as the chapter derives, so it can't confirm anything.
Whether a class is neglected is seen in the recalls of the classes, with their intervals.
""",
)

"""What follows from the accuracy of a probe?"""

from . import Choice, Option

exercise = Choice(
    name="states-what-follows",
    chapter="inside_the_state",
    title="What follows?",
    minutes=5,
    statement=r"""
An LSTM was trained to sort customer letters by department. A linear probe of its last state tells with 96 % in which of two languages a letter was written; with shuffled labels, the same probe gives 50 % on new letters. Which conclusion is supported?
""",
    options=(
        Option(
            "the training has taught the network to tell the languages apart",
            "For this an untrained network must fail. Did anybody look? The chapter's untrained GRUs passed on much.",
        ),
        Option(
            "the network uses the language to choose the department",
            "A probe says what is there. For use one has to intervene: take the language away, and see what changes.",
        ),
        Option(
            "one of the units stands for the language",
            "The probe adds up all units. A random direction may say as much as any unit.",
        ),
        Option(
            "the language can be read off the state by a linear classifier",
            "Right, and on new letters. Everything else needs another control or an intervention.",
            right=True,
        ),
        Option(
            "the language could not be read off the input letters so easily",
            "Put the inputs through the same probe first: for the digits of the chapter they did as well.",
        ),
    ),
    hints=(
        "Which of the chapter's controls was made here, and which weren't?",
        "Shuffled labels rule out one thing only: that the accuracy on new letters is a guess.",
    ),
    explanation=r"""
Shuffled labels show that 96 % isn't what a guess gives. An untrained network and the inputs themselves weren't asked, and nothing was cut or held.
So we know that the language is there and easy to read, and neither who put it there nor whether it is used.
""",
)

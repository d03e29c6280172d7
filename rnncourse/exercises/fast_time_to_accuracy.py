"""Time to accuracy from the records of a training."""

import torch

from . import Build, Property, Wrong


def case(generator):
    first = int(torch.randint(1, 4, (), generator=generator))
    seconds = 1 + 4 * torch.rand(first + 6, generator=generator)
    goal = 0.6 + 0.1 * torch.rand((), generator=generator)
    before = 0.3 + 0.2 * torch.rand(first, generator=generator)
    # reached exactly, lost, exceeded, at its best, above it for the last time, lost again
    accuracies = torch.cat([before, goal + torch.tensor([0, -0.1, 0.05, 0.2, 0.1, -0.05])])
    if torch.rand((), generator=generator) < 0.3:
        return seconds, accuracies, 0.95  # never
    return seconds, accuracies, accuracies[first].item()


def _first(accuracies, goal):
    return int((accuracies >= goal).nonzero()[0])


def all_epochs_count(got, expected, seconds, accuracies, goal):
    if expected is not None and abs(float(got) - seconds[_first(accuracies, goal)].item()) < 1e-4:
        return "that is the time of one epoch; those before it count as well"
    return None


def in_seconds(got, expected, seconds, accuracies, goal):
    if expected is not None and float(got) in (_first(accuracies, goal), _first(accuracies, goal) + 1):
        return "that is a number of epochs; seconds were asked for"
    return None


def reached_at_once(got, expected, seconds, accuracies, goal):
    if expected is not None and abs(float(got) - seconds[: _first(accuracies, goal) + 3].sum().item()) < 1e-4:
        return "the goal is reached where the accuracy equals it, not only where it exceeds it"
    return None


exercise = Build(
    name="fast-time-to-accuracy",
    chapter="faster",
    title="Time to accuracy",
    minutes=10,
    statement=r"""
Write `time_to_accuracy(seconds, accuracies, goal)`. Both tensors have the shape $(E)$: the seconds that each epoch took, and the validation accuracy at its end.
Return the seconds from the start to the end of the first epoch whose accuracy is at least `goal`, as a number; or `None`, if no epoch reaches it.
""",
    function="time_to_accuracy",
    stub='''
def time_to_accuracy(seconds, accuracies, goal):
    """Seconds until the goal is reached, or None: (E), (E), number."""
    ...
    return ...
''',
    solution='''
def time_to_accuracy(seconds, accuracies, goal):
    """Seconds until the goal is reached, or None: (E), (E), number."""
    reached = (accuracies >= goal).nonzero()
    if len(reached) == 0:
        return None
    return seconds[:reached[0].item() + 1].sum().item()
''',
    case=case,
    cases=12,
    tolerance=1e-4,
    properties=(
        Property("all epochs count", all_epochs_count, "The clock runs from the start: add the seconds up."),
        Property("in seconds", in_seconds, "The number of the epoch says how many entries of `seconds` to add."),
        Property("at least", reached_at_once, "Which comparison is true for two equal numbers?"),
    ),
    also_right=(
        """
def time_to_accuracy(seconds, accuracies, goal):
    spent = 0.0
    for s, a in zip(seconds.tolist(), accuracies.tolist()):
        spent += s
        if a >= goal:
            return spent
""",
    ),
    wrong=(
        Wrong("only the last epoch's time", fails="all epochs count", edit=(
            "seconds[:reached[0].item() + 1].sum().item()", "seconds[reached[0].item()].item()"
        )),
        Wrong("the number of epochs", fails="in seconds", edit=(
            "seconds[:reached[0].item() + 1].sum().item()", "reached[0].item() + 1"
        )),
        Wrong("more than the goal", fails="at least", edit=("accuracies >= goal", "accuracies > goal")),
        Wrong("without the epoch that reaches it", edit=(".item() + 1]", ".item()]")),
        Wrong("all seconds", edit=("seconds[:reached[0].item() + 1]", "seconds")),
        Wrong("until the accuracy stays", edit=("reached[0]", "reached[-1]")),
        Wrong("the best epoch", edit=("reached[0].item()", "accuracies.argmax().item()")),
        Wrong("all seconds where it is never reached", fails="type", edit=(
            "return None", "return seconds.sum().item()"
        )),
    ),
    hints=("Which epochs have accuracies >= goal? The first one of them decides, and it counts itself.",),
    explanation=r"""
The first epoch that reaches the goal counts, even if a later one is below it again; whoever stops by the validation accuracy has this model in hand.
A run that never reaches the goal has no time to accuracy. To replace it by the time of the whole run would make a failure look fast.
""",
)  # fmt: skip

"""Early stopping with a smallest improvement."""

import torch

from . import Build, Property, Wrong


def case(generator):
    count = int(torch.randint(8, 20, (), generator=generator))
    patience = int(torch.randint(2, 5, (), generator=generator))
    noise = torch.rand(count, generator=generator)  # large enough for falls that don't beat the kept epoch
    losses = [round(2 - 0.06 * t + 0.5 * v, 3) for t, v in enumerate(noise.tolist())]
    return losses, patience, 0.1


def kept(got, expected, losses, patience, least):
    if int(got[1]) != int(expected[1]):
        return f"epoch {int(expected[1])} is to be kept, got {int(got[1])}"
    return None


def trained(got, expected, losses, patience, least):
    if int(got[0]) != int(expected[0]):
        return f"{int(expected[0])} epochs are trained, got {int(got[0])}"
    return None


exercise = Build(
    name="craft-stop",
    chapter="craft_of_training",
    title="Only a real improvement counts",
    minutes=15,
    statement=r"""
Write `stop_well(losses, patience, least)`. It is the chapter's rule with one change: an epoch counts as an improvement only if its validation loss is below the loss of the kept epoch by *more than* `least`.
The first epoch is kept at first. The run ends when `patience` epochs after the kept one have brought no improvement, or at the end of the list.
Return (number of epochs that are trained, epoch that is kept), both counted from 1.
""",
    function="stop_well",
    stub='''
def stop_well(losses, patience, least):
    """A list of losses → (epochs trained, epoch kept)."""
    ...
    return ...
''',
    solution='''
def stop_well(losses, patience, least):
    """A list of losses → (epochs trained, epoch kept)."""
    kept = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[kept] - least:
            kept = epoch
        if epoch - kept == patience:
            break
    return epoch + 1, kept + 1
''',
    case=case,
    properties=(
        Property(
            "kept epoch", kept,
            "The kept epoch is compared, not the epoch before. By how much must it be beaten?",
        ),
        Property(
            "trained epochs", trained,
            "After the comparison: how many epochs have passed since the kept one? Epochs are counted from 1.",
        ),
    ),
    also_right=(
        '''
def stop_well(losses, patience, least):
    best, kept, waited, seen = float("inf"), 0, 0, 0
    while seen < len(losses) and waited < patience:
        seen += 1
        if losses[seen - 1] < best - least:
            best, kept, waited = losses[seen - 1], seen, 0
        else:
            waited += 1
    return seen, kept
''',
    ),
    wrong=(
        Wrong("any improvement", fails="kept epoch", edit=("losses[kept] - least", "losses[kept]")),
        Wrong("compares with the epoch before", fails="kept epoch",
              edit=("losses[kept] - least", "losses[max(epoch - 1, 0)] - least")),
        Wrong("never stops", fails="kept epoch", edit=("epoch - kept == patience", "False")),
        Wrong("one epoch too late", fails="trained epochs", edit=("== patience", "== patience + 1")),
        Wrong("counts from 0", fails="kept epoch", edit=("return epoch + 1, kept + 1", "return epoch, kept")),
        Wrong("keeps the last epoch", fails="kept epoch", edit=("kept + 1", "epoch + 1")),
        Wrong("does not count the last epoch", fails="trained epochs",
              edit=("return epoch + 1, kept + 1", "return epoch, kept + 1")),
    ),
    explanation=r"""
With `least=0` it is the rule of `rc.fit`. A larger value stops on a plateau that falls by thousandths for ever; it also keeps an epoch that isn't quite the best, so it should be small against the improvements that matter.
""",
)  # fmt: skip

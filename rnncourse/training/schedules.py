"""Learning-rate schedules: a factor of the learning rate at each point of a run.

A schedule is a function ``factor(position, total)`` of the position in the run and its planned length, both in
epochs (positions lie between epochs too), so that it can be resumed from any step.
"""

import math
import numbers
from dataclasses import dataclass

from ..base.checks import check_number


@dataclass(frozen=True)
class Constant:
    """The same learning rate throughout."""

    def __call__(self, position, total):
        return 1.0


@dataclass(frozen=True)
class Cosine:
    """Half a cosine wave from the full learning rate down to 0 (Loshchilov & Hutter 2017, without restarts)."""

    def __call__(self, position, total):
        return 0.5 * (1 + math.cos(math.pi * position / total))


@dataclass(frozen=True)
class OneCycle:
    """Up from a 25th of the learning rate to all of it, then down to nearly nothing (Smith & Topin 2019).

    Args:
        warmup: the fraction of the run in which the learning rate goes up.
    """

    warmup: float = 0.3

    def __post_init__(self):
        if not isinstance(self.warmup, numbers.Real) or not 0 < self.warmup < 1:
            raise ValueError(f"warmup must be a fraction between 0 and 1, got {self.warmup!r}")
        object.__setattr__(self, "warmup", float(self.warmup))  # a checkpoint knows a schedule by how it is written

    def __call__(self, position, total):
        done = position / total
        if done < self.warmup:
            return _between(1 / 25, 1.0, done / self.warmup)
        return _between(1.0, 1 / 250_000, (done - self.warmup) / (1 - self.warmup))


@dataclass(frozen=True)
class HoldThenDecay:
    """Constant at first, then multiplied by ``rate`` once an epoch, smoothly.

    Args:
        hold: epochs at the full learning rate.
        rate: what the learning rate is multiplied by in each epoch after those; 1/e of it is left after ten of them.
    """

    hold: float = 8
    rate: float = math.exp(-0.1)

    def __post_init__(self):
        object.__setattr__(self, "hold", check_number("hold", self.hold, least=0))
        object.__setattr__(self, "rate", check_number("rate", self.rate, positive=True))

    def __call__(self, position, total):
        return self.rate ** max(0.0, position - self.hold)


SCHEDULES = {
    "constant": Constant(), "cosine": Cosine(), "one_cycle": OneCycle(), "hold_then_decay": HoldThenDecay(),
}  # fmt: skip


def named_schedule(schedule):
    """A schedule from its name in ``SCHEDULES``; a schedule is returned as it is.

    Raises:
        ValueError: the name is unknown.
    """
    if isinstance(schedule, type):
        raise ValueError(f"schedule must be a schedule, got the class {schedule.__name__}; write {schedule.__name__}()")
    if callable(schedule):
        return schedule
    if not isinstance(schedule, str) or schedule not in SCHEDULES:
        raise ValueError(f"schedule must be a schedule or one of {', '.join(SCHEDULES)}, got {schedule!r}")
    return SCHEDULES[schedule]


def _between(start, end, share):
    return end + (start - end) * 0.5 * (1 + math.cos(math.pi * share))

"""What handing in late costs."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class LateRule:
    """A share of the earned points for each day that has begun.

    Args:
        percent: of what was earned, for each day, from 0 to 100.
        most: after so many days nothing is left; None for no such limit.

    Raises:
        ValueError: one of them is out of its bounds.
    """

    percent: float
    most: int | None = None

    def __post_init__(self):
        if not 0 <= self.percent <= 100:
            raise ValueError(f"late must be the percents of a day, from 0 to 100, got {self.percent:g}")
        if self.most is not None and self.most < 0:
            raise ValueError(f"late_most must be a number of days, at least 0, got {self.most}")

    @classmethod
    def of(cls, percent, most):
        """The rule of two options, or None where the first is None.

        Raises:
            ValueError: there is only the second.
        """
        if percent is None and most is not None:
            raise ValueError("late_most must come with late, the percents of a day")
        return None if percent is None else cls(percent, most)

    def penalty(self, earned, days):
        """The points to take off, at most all of them; of no marks and no days nothing."""
        days = math.ceil(days or 0)
        if not earned:
            return 0
        if self.most is not None and days > self.most:
            return earned
        return round(min(1, days * self.percent / 100) * earned, 2)

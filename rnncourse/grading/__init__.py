"""Assignments for a class: each student gets numbers of their own, and what they hand in is graded in isolation.

Nothing of a book's page needs this package; the commands ``release``, ``grade`` and ``merge`` do.
"""

from ..exercises import Build, Choice, Mistake, Number, Open, Option, Property, Wrong
from .assignment import Assignment, Task, Variant, load

__all__ = [
    "Assignment", "Build", "Choice", "Mistake", "Number", "Open", "Option", "Property", "Task", "Variant", "Wrong",
    "load",
]  # fmt: skip

"""The experiments of the source reports as data, the runner that repeats them, and the ledger of the results."""

from .choice import chosen, course_choice, fast_choice, lag_choices, matched_choices, modern_choices
from .ledger import RESULTS, add_record, evaluation, figures, ledger, ledger_text, records
from .plan import looks
from .reach import earlier, lag_results
from .recipes import RECIPES, Recipe, recipe
from .reports import r3_grid
from .runner import reproduce
from .runs import code_version, machine, run

__all__ = [
    "RECIPES", "RESULTS", "Recipe", "add_record", "chosen", "code_version", "course_choice", "earlier", "evaluation",
    "fast_choice", "figures", "lag_choices", "lag_results", "ledger", "ledger_text", "looks", "machine",
    "matched_choices", "modern_choices", "r3_grid", "recipe", "records", "reproduce", "run",
]  # fmt: skip

"""The experiments of the source reports as data, the runner that repeats them, and the ledger of the results."""

from .choice import chosen, lag_choices
from .ledger import RESULTS, add_record, ledger, ledger_text, records
from .recipes import RECIPES, Recipe, recipe
from .runner import reproduce
from .runs import code_version, machine, run

__all__ = [
    "RECIPES", "RESULTS", "Recipe", "add_record", "chosen", "code_version", "lag_choices", "ledger", "ledger_text",
    "machine", "recipe", "records", "reproduce", "run",
]  # fmt: skip

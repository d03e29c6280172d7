"""All recipes, by id."""

from ..base.checks import check_name
from ._recipe import Recipe
from .images import IMAGES
from .lags import STUDY
from .modern import MODERN
from .relu import RELU
from .reports import REPORTS

__all__ = ["RECIPES", "Recipe", "recipe"]

RECIPES = {recipe.id: recipe for recipe in (*REPORTS, *IMAGES, *RELU, *STUDY, *MODERN)}


def recipe(id):
    """The recipe of that id.

    Raises:
        ValueError: there is none.
    """
    check_name("id", id, RECIPES)
    return RECIPES[id]

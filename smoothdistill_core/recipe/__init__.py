"""Recipes: strict YAML, checked against the installed plugins, with every error at its place."""

from smoothdistill_core.recipe.prepare import Prepare
from smoothdistill_core.recipe.problems import Problem, RecipeError
from smoothdistill_core.recipe.proposed import Proposed, propose
from smoothdistill_core.recipe.reader import read_recipe, recipe_from_data, recipe_from_text
from smoothdistill_core.recipe.recipe import Budget, Choose, Distil, Recipe, Sweep, Trials
from smoothdistill_core.recipe.schema import recipe_schema, type_in_words
from smoothdistill_core.recipe.shipped import find_recipe, shipped_recipes

__all__ = [
    "Budget",
    "Choose",
    "Distil",
    "Prepare",
    "Problem",
    "Proposed",
    "Recipe",
    "RecipeError",
    "Sweep",
    "Trials",
    "find_recipe",
    "propose",
    "read_recipe",
    "recipe_from_data",
    "recipe_from_text",
    "recipe_schema",
    "shipped_recipes",
    "type_in_words",
]

"""An export format that a plugin adds is held to what the built-in ones are held to."""

import numpy as np
import pytest

from smoothdistill_core import Explanation, ExportFormat, Formula, FormulaError
from smoothdistill_core.exports import export
from smoothdistill_core.scaling import Feature, Scaling

FORMULA = Formula.linear([2.0], 1.0)


def write(formula, inputs, target):
    return f"{target}|{inputs[0].name}|{formula.to_json()}"


def run(exported, formula, inputs, rows):
    return Formula.from_json(exported.split("|")[2]).predict(rows)


def fmt(write=write, run=run, **other):
    return ExportFormat("piped", "parts between bars", ".bar", write, run, **other)


def test_it_is_written_with_the_names_of_the_data():
    assert export(FORMULA, ["size"], fmt(), target="price") == 'price|size|["add",1.0,"mul",2.0,"x0"]'


def test_an_explanation_takes_it_beside_the_built_in_ones():
    scaling = Scaling((Feature("size", None, 0.0, 1.0, 0.0, 9.0),), "price", "none", 0.0, 1.0)
    explanation = Explanation(FORMULA, scaling)
    assert explanation.export(fmt()).startswith("price|size|")
    assert explanation.export("text") == "price = 1.0 + 2.0*size"
    with pytest.raises(FormulaError, match="there is no format 'txt'; did you mean 'text'"):
        explanation.export("txt")


def test_what_computes_something_else_is_not_handed_out():
    wrong = fmt(write=lambda formula, inputs, target: write(Formula.linear([2.0], 1.001), inputs, target))
    with pytest.raises(FormulaError, match="the export to piped is not what the formula predicts"):
        export(FORMULA, ["size"], wrong)


def test_what_cannot_be_executed_is_handed_out_as_it_is():
    assert export(FORMULA, ["size"], fmt(write=lambda formula, inputs, target: "anything", run=None)) == "anything"


def raising(*arguments):
    raise ValueError("no\nink")


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (fmt(write=raising), "the export to piped cannot be written: ValueError: no ink"),
        (fmt(write=lambda *arguments: None), "the export to piped must be text, and its format writes None"),
        (fmt(binary=True), "the export to piped must be bytes, and its format writes"),
        (fmt(run=raising), "the export to piped does not run: ValueError: no ink"),
        (fmt(run=lambda *arguments: np.zeros(3)), "the export to piped does not run: ValueError"),
        (fmt(run=lambda *arguments: "seven"), "the export to piped does not run: ValueError"),
    ],
)
def test_one_that_fails_is_named_with_the_reason(broken, reason):
    with pytest.raises(FormulaError, match=reason):
        export(FORMULA, ["size"], broken)


def test_a_formula_that_it_cannot_hold_is_refused_in_its_own_words():
    def refuse(formula, inputs, target):
        raise FormulaError("no bars in names, please; rename them")

    with pytest.raises(FormulaError, match=r"^no bars in names, please; rename them$"):
        export(FORMULA, ["size"], fmt(write=refuse))

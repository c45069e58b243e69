"""Options: every one of PySR's is known, those that cannot be are refused with the reason, and nothing runs code."""

import ast
import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from pydantic import ValidationError

from smoothdistill_core import RecipeError, Registry, recipe_from_text
from smoothdistill_core.recipe import recipe_schema
from smoothdistill_pysr.options import RESERVED, MoreOptions
from smoothdistill_pysr.student import TOURNAMENT, PySRStudent

README = (Path(__file__).parents[1] / "README.md").read_text()
OURS = {"ternary_operators", "more", "run_directory"}


def signature():
    """Return the options of the installed PySRRegressor and their defaults, without importing PySR."""
    source = Path(find_spec("pysr").origin).with_name("sr.py").read_text()
    classes = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    body = next(node for node in classes if node.name == "PySRRegressor").body
    arguments = next(node for node in body if isinstance(node, ast.FunctionDef) and node.name == "__init__").args
    names = [argument.arg for argument in arguments.kwonlyargs]
    defaults = [ast.literal_eval(default) for default in arguments.kw_defaults]
    return {"model_selection": "best", **dict(zip(names, defaults, strict=True))}


def test_every_option_of_the_installed_pysr_is_an_option_here_or_refused_with_a_reason():
    named = [*(PySRStudent.model_fields.keys() - OURS), *MoreOptions.model_fields, *RESERVED]
    assert sorted(named) == sorted(signature())


def test_the_defaults_are_pysrs():
    theirs, ours = signature(), PySRStudent().options()
    same = {"binary_operators", "unary_operators", "constraints", "nested_constraints", "complexity_of_operators"}
    for name in ours.keys() - OURS - same:
        assert ours[name] == theirs[name], name
    assert all(theirs[name] is None for name in same)
    assert theirs["tournament_selection_n"] == TOURNAMENT
    source = Path(find_spec("pysr").origin).with_name("sr.py").read_text()
    assert str(list(PySRStudent().binary_operators)).replace("'", '"') in source
    assert MoreOptions().given() == {}


def test_the_readme_names_every_option_of_more():
    listed = README.partition("What `more` takes")[2].partition("\nRefused")[0]
    assert set(re.findall(r"`(\w+)`", listed)) >= set(MoreOptions.model_fields)


def test_plain_options_reach_pysr_under_its_own_names():
    student = PySRStudent(
        maxsize=12,
        unary_operators=["sin"],
        constraints={"sin": 4, "*": [-1, 2]},
        nested_constraints={"sin": {"sin": 0}},
        complexity_of_operators={"sin": 2.5},
        elementwise_loss="LPDistLoss{3}()",
        more={"topn": 5, "annealing": False},
    )
    arguments = student.arguments(seed=2**32 + 7)
    given = {
        "maxsize": 12,
        "unary_operators": ["sin"],
        "constraints": {"sin": 4, "*": [-1, 2]},
        "nested_constraints": {"sin": {"sin": 0}},
        "complexity_of_operators": {"sin": 2.5},
        "elementwise_loss": "LPDistLoss{3}()",
        "topn": 5,
        "annealing": False,
        "random_state": 7,
        "deterministic": True,
        "parallelism": "serial",
    }
    assert given.items() <= arguments.items()
    assert arguments.keys() <= signature().keys()


def test_what_is_left_out_is_left_to_pysr():
    arguments = PySRStudent().arguments(seed=0)
    assert not {"batching", "batch_size", "max_evals", "constraints", "unary_operators", "topn"} & arguments.keys()
    assert PySRStudent(batching=False).arguments(seed=0)["batching"] is False


def test_operators_of_three_arguments_go_together_with_all_others():
    arguments = PySRStudent(unary_operators=["exp"], ternary_operators=["clamp"]).arguments(seed=0)
    assert arguments["operators"] == {"1": ["exp"], "2": ["+", "-", "/", "*"], "3": ["clamp"]}
    assert not {"unary_operators", "binary_operators"} & arguments.keys()
    assert PySRStudent(ternary_operators=["fma"]).arguments(seed=0)["operators"].keys() == {"2", "3"}


def test_mappings_cannot_change_and_their_order_does_not_matter():
    first = PySRStudent(complexity_of_operators={"+": 2, "-": 3})
    second = PySRStudent(complexity_of_operators={"-": 3, "+": 2})
    assert first == second
    assert hash(first) == hash(second)
    assert first.options()["complexity_of_operators"] == {"+": 2, "-": 3}
    assert PySRStudent(**first.options()) == first


def test_where_files_are_kept_decides_no_result(tmp_path):
    assert PySRStudent(run_directory=tmp_path).identity() == PySRStudent().identity()
    assert PySRStudent(maxsize=8).identity() != PySRStudent().identity()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"niterations": 0}, "niterations"),
        ({"maxsize": 6}, "maxsize"),
        ({"precision": 16}, "precision"),
        ({"binary_operators": []}, "binary_operators"),
        ({"unary_operators": ["+"]}, "'sqrt'"),
        ({"unary_operators": ["square(x) = x^2"]}, "is a definition in Julia, .* give names of PySR's own operators"),
        ({"unary_operators": ["inv", "x -> run(`ls`)"]}, "unary_operators"),
        ({"binary_operators": ["f(x, y) = x"]}, "is a definition in Julia"),
        ({"elementwise_loss": "myloss(x, y) = abs(x - y)"}, "elementwise_loss"),
        ({"elementwise_loss": "L2DistLoss(); run(`ls`)"}, "elementwise_loss"),
        ({"elementwise_loss": "L2DistLoss()\n"}, "elementwise_loss"),
        (
            {"constraints": {"sin": 3}},
            "constraints names 'sin', which the search does not use; add it to the operators",
        ),
        ({"constraints": {"*": 3}}, r"constraints of '\*' concern its 2 arguments; write a list of 2"),
        ({"constraints": {"*": [3]}}, r"concern its 2 arguments; write a list of 2"),
        ({"constraints": {"+": [3, 1]}}, r"must be the same for both arguments; write \[3, 3\]"),
        ({"constraints": {"sin": [3, 1]}, "unary_operators": ["sin"]}, "its one argument; write one whole number"),
        ({"constraints": {"sin": True}, "unary_operators": ["sin"]}, "constraints"),
        ({"constraints": [1]}, "constraints"),
        ({"constraints": {1: 2}}, "constraints"),
        ({"nested_constraints": {"+": {"exp": 0}}}, "nested_constraints names 'exp'"),
        ({"nested_constraints": {"+) => (run(`ls`)": {}}}, "which the search does not use"),
        ({"complexity_of_operators": {"exp": 2}}, "complexity_of_operators names 'exp'"),
        ({"complexity_of_operators": {"+": "2"}}, "complexity_of_operators"),
        ({"population_size": 10}, "a tournament of 15 needs as many formulas, and population_size is 10; raise it"),
        ({"more": {"tournament_selection_n": 40}}, "a tournament of 40 needs as many formulas"),
        ({"more": {"topn": 0}}, "topn"),
        ({"more": {"annealing": 1}}, "annealing"),
        ({"more": {"crossover_probability": 1.5}}, "crossover_probability"),
        ({"more": {"maxsize": 12}}, "maxsize"),
        (
            {"more": {"random_state": 1}},
            "'random_state' is not for recipes, because it comes from the seed of the trial",
        ),
        ({"loss_function": "f"}, "'loss_function' is not for recipes, because it would run Julia code out of a recipe"),
        ({"parallelism": "multithreading"}, "a search runs on one thread"),
        ({"topn": 3}, r"'topn' is one of the options below `more`; write more: \{topn: ...\}"),
        ({"timeout_in_seconds": float("inf")}, "timeout_in_seconds"),
        ({"niteration": 3}, "niteration"),
    ],
)
def test_a_bad_option_is_refused_with_the_reason(options, reason):
    with pytest.raises(ValidationError, match=reason):
        PySRStudent(**options)


@pytest.mark.parametrize(
    ("student", "problem"),
    [
        (
            "{name: pysr, niteration: 3}",
            "r.yaml:2:23: student.niteration: student 'pysr' has no option 'niteration'; did",
        ),
        (
            "{name: pysr, more: {topm: 3}}",
            "r.yaml:2:30: student.more.topm: more has no option 'topm'; did you mean 'topn'",
        ),
        (
            "{name: pysr, more: {topn: x}}",
            "r.yaml:2:36: student.more.topn: the text 'x' does not fit; it should be a whole",
        ),
        ("{name: pysr, more: {seed: 3}}", "r.yaml:2:30: student.more.seed: more has no option 'seed'; known: adaptive"),
        ("{name: pysr, constraints: {sin: 3}}", "r.yaml:2:36: student.constraints: constraints names 'sin', which"),
        (
            "{name: pysr, unary_operators: [sinus]}",
            "student.unary_operators[0]: the text 'sinus' is none of the choices; did",
        ),
        (
            "{name: pysr, elementwise_loss: huber}",
            "'huber' does not fit; write a loss of LossFunctions.jl, as in L1Dist",
        ),
    ],
)
def test_a_misspelt_option_is_told_at_its_place_with_the_near_ones(student, problem, julia_stand_in):
    with pytest.raises(RecipeError) as error:
        recipe_from_text(f"dataset: diabetes\nstudent: {student}", Registry(), name="r.yaml")
    assert problem in str(error.value)


def test_editors_complete_the_options_of_more():
    schema = recipe_schema(Registry())["$defs"]
    assert "topn" in schema["MoreOptions"]["properties"]
    assert schema["PySRStudent"]["properties"]["constraints"]["default"] == {}

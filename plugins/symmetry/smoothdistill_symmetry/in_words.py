"""`in_words`: the symmetries of a problem as one sentence for a scientist."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import OPERATORS, Constant, Formula
from smoothdistill_core.wording.lists import listed
from smoothdistill_core.wording.numbers import plural
from smoothdistill_symmetry.problem import Problem
from smoothdistill_symmetry.scalings import exponents
from smoothdistill_symmetry.term import Term, Variable

Array = NDArray[np.float64]

EXACT = {
    "powers": "the data have {}",
    "data": "the data have {}",
    "units": "the declared units give {}",
    "units and data": "the declared units and the data give {}",
}
"""Who says so where a law is exact, by what the problem comes from."""

INEXACT = {
    "powers": "this formula has {}",
    "data": "a smooth model of the data shows {}",
    "units": "the declared units give {} if no constant has a unit",
    "units and data": "the declared units, if no constant has one, and a smooth model of the data give {}",
}
"""Who says so elsewhere."""

DIGITS = 6
"""Exponents have fewer digits."""

WEIGHT_DIGITS = 2
"""Weights in sums are read off slopes, which are not more certain."""


def in_words(problem: Problem, names: Sequence[str] | None, target: str, exact: bool) -> str:
    """Say how many symmetries there are and which, and what they leave; empty where nothing shows any.

    ``exact`` says whether a law that obeys them was found to leave no error.
    """
    opening = (EXACT if exact else INEXACT).get(problem.source)
    variables, factor = problem.factor.variables, np.array(problem.factor.powers)
    groups = np.array([group.powers for group in problem.groups]).reshape(-1, len(factor))
    shifts = [(variable.formula, words) for variable in variables if (words := _shift(variable.formula, names))]
    count = sum(len(formula.inputs) - 1 for formula, _ in shifts) + len(variables) - len(groups)
    if opening is None or not count:
        return ""
    said = [*(of_sum for _, of_sum in shifts), *_alone(variables, factor, groups, names, target)]
    together = np.asarray(groups.any(axis=0), dtype=np.bool_)
    called = [variable.formula.text(names, DIGITS) for variable in _those(variables, together)]
    said += [
        f"{_moved(called, steps)} {_becomes(float(steps @ factor[together]), target)}"
        for steps in _steps(groups[:, together])
    ]
    return (
        f"{opening.format(plural(count, 'symmetry', 'symmetries'))}: {'; '.join(said)}{_left(problem, names, target)}"
    )


def _shift(formula: Formula, names: Sequence[str] | None) -> str:
    """Say what it means that inputs matter by their sum, difference or weighted sum alone; empty for what is none."""
    inputs = [Formula.variable(place).text(names) for place in sorted(formula.inputs)]
    plain = formula.complexity == 3
    if plain and formula.nodes[0] == OPERATORS["sub"]:
        return f"adding the same to {listed(inputs)} changes nothing"
    if plain and formula.nodes[0] == OPERATORS["add"]:
        return f"adding to {inputs[0]} what is taken from {listed(inputs[1:])} changes nothing"
    if formula.nodes[0] == OPERATORS["add"] and any(isinstance(node, Constant) for node in formula.nodes):
        return f"{listed(inputs)} matter by {formula.text(names, WEIGHT_DIGITS)} alone"
    return ""


def _alone(
    variables: Sequence[Variable], factor: Array, groups: Array, names: Sequence[str] | None, target: str
) -> list[str]:
    """Say what the variables do that are in no group."""
    said, alone = [], ~groups.any(axis=0)
    if without := [v.formula.text(names, DIGITS) for v in _those(variables, alone & (factor == 0.0))]:
        said.append(f"{target} does not depend on {listed(without)}")
    if (alone & (factor != 0.0)).any():
        scale = Term.of(variables, np.where(alone, factor, 0.0))
        said.append(f"{target} scales as {scale.formula.text(names, DIGITS)}")
    return said


def _those(variables: Sequence[Variable], chosen: NDArray[np.bool_]) -> list[Variable]:
    return [variable for variable, one in zip(variables, chosen, strict=True) if one]


def _steps(groups: Array) -> list[Array]:
    """Return the simplest independent ways to scale v variables that change none of the groups (g, v)."""
    if not groups.size:
        return []
    needed = groups.shape[1] - np.linalg.matrix_rank(groups)
    lattice = exponents(groups.shape[1])
    unmoved = lattice[~(lattice @ groups.T).any(axis=1)]
    chosen: list[Array] = []
    for steps in unmoved[np.argsort(np.abs(unmoved).sum(axis=1), kind="stable")]:
        if len(chosen) < needed and np.linalg.matrix_rank(np.array([*chosen, steps])) > len(chosen):
            chosen.append(steps)
    return chosen


def _moved(called: Sequence[str], steps: Array) -> str:
    """Say what is multiplied by powers of 2."""
    parts = []
    for step in sorted(set(steps.tolist()) - {0.0}, key=lambda step: (step < 0, abs(step))):
        doing = {1.0: "doubling", 2.0: "quadrupling", -1.0: "halving", -2.0: "quartering"}.get(step)
        by = "multiplying" if step > 0 else "dividing"
        those = listed([name for name, its in zip(called, steps, strict=True) if its == step])
        parts.append(f"{doing} {those}" if doing else f"{by} {those} by {2.0 ** abs(step):g}")
    return parts[0] if len(parts) == 1 else f"{parts[0]} while {listed(parts[1:])}"


def _becomes(power: float, target: str) -> str:
    """Say what becomes of a target that is multiplied by a power of 2."""
    if power == 0.0:
        return "changes nothing"
    does = {1.0: "doubles", 2.0: "quadruples", -1.0: "halves", -2.0: "quarters"}.get(power)
    if does:
        return f"{does} {target}"
    return f"{'multiplies' if power > 0 else 'divides'} {target} by {2.0 ** abs(power):.4g}"


def _left(problem: Problem, names: Sequence[str] | None, target: str) -> str:
    """Say of what the target is a function."""
    if not problem.groups:
        return ""
    groups = sorted((group.formula for group in problem.groups), key=lambda formula: sorted(formula.inputs))
    function = f"a function of {listed([formula.text(names, DIGITS) for formula in groups])} alone"
    if not problem.factor.is_one:
        function = f"{problem.factor.formula.text(names, DIGITS)} times {function}"
    return f"; so {target} is {function}"

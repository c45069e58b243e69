"""What all exported source code has in common: its parameters, and how its pieces are put together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from smoothdistill_core.exports.inputs import Input, identifiers
from smoothdistill_core.formula import Formula

INDENT = "    "
LONGEST_SIGNATURE = 100


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of an exported function: one for each column that the formula reads.

    ``numbers`` maps inputs to the parameters that stand for them, ``texts`` maps columns of categories to
    theirs, ``indicators`` maps inputs to the variables that the function makes of those.
    """

    inputs: Sequence[Input]
    numbers: Mapping[int, str]
    texts: Mapping[str, str]
    indicators: Mapping[int, str]

    @property
    def names(self) -> list[str]:
        """The parameters in order."""
        return [*self.numbers.values(), *self.texts.values()]

    def variable(self, index: int) -> str:
        """Return what stands for an input in the code."""
        return self.numbers.get(index) or self.indicators[index]

    def comments(self) -> list[str]:
        """Return a comment for each parameter that says which column it is."""
        # repr writes line ends and unprintable letters as escapes, so no name can leave its comment
        numbers = [f"# {name}: column {self.inputs[index].column!r}" for index, name in self.numbers.items()]
        return numbers + [f"# {name}: categories of column {column!r}" for column, name in self.texts.items()]

    def comparisons(self, template: str) -> list[str]:
        """Return an assignment for each indicator, by a template over the text and the category as a literal."""
        return [
            f"{variable} = {template.format(self.texts[self.inputs[index].column], repr(self.inputs[index].category))}"
            for index, variable in self.indicators.items()
        ]


def parameters(formula: Formula, inputs: Sequence[Input], reserved: Collection[str]) -> Parameters:
    """Name the parameters of a function for ``formula``; indicators of one column share its parameter."""
    used = sorted(formula.inputs)
    numbers = [index for index in used if inputs[index].category is None]
    indicators = [index for index in used if inputs[index].category is not None]
    texts = list(dict.fromkeys(inputs[index].column for index in indicators))
    # columns come first, so that they keep their names where an indicator would have the same
    wanted = [inputs[index].column for index in numbers] + texts + [inputs[index].name for index in indicators]
    names = identifiers(wanted, {*reserved, *temporaries(formula)})
    return Parameters(
        inputs,
        {index: next(names) for index in numbers},
        {column: next(names) for column in texts},
        {index: next(names) for index in indicators},
    )


def temporaries(formula: Formula) -> set[str]:
    """Return the names that parts of ``formula`` can get in code."""
    return {f"t{number}" for number in range(1, formula.complexity + 1)}


def signature(name: str, parameters: Sequence[str]) -> str:
    """Return the first lines of a function whose parameters are given by name."""
    line = f"def {name}({'*, ' * bool(parameters)}{', '.join(parameters)}):"
    if len(line) <= LONGEST_SIGNATURE:
        return line
    return f"def {name}(\n{INDENT}*,\n" + "".join(f"{INDENT}{parameter},\n" for parameter in parameters) + "):"


def module(imports: Sequence[str], pieces: Sequence[str]) -> str:
    """Put imports, functions and the code that uses them together as one module's text."""
    return "\n".join(imports) + "\n\n\n" + "\n\n\n".join(pieces) + "\n"


def safe_target(target: str) -> str:
    """Return the target's name so that it can stand in a docstring or comment."""
    return "".join(letter if letter.isprintable() and letter not in '"\\' else "'" for letter in target).strip() or "y"

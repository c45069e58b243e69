"""`mutants_of`: all the small changes of a Python source that its tests should notice."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
SWAPPED = {
    name: other
    for pair in [("min", "max"), ("any", "all"), ("minimum", "maximum"), ("floor", "ceil"), ("argmin", "argmax")]
    for name, other in (pair, pair[::-1])
}
"""Functions, and methods of arrays, that are mistaken for each other."""

SMALL, LARGE = 0.01, 1e4
"""A tolerance or a limit beyond these changes by a factor of 1000: twice as much is a matter of taste."""

Change = tuple[ast.AST, str]
"""What is replaced, and the source in its place."""


@dataclass(frozen=True)
class Mutant:
    """One change of one file; ``code`` is the first line of the function it is in, 0 at the level of the module.

    ``text`` is the changed line as it stands, ``begin`` and ``end`` are offsets in bytes. ``place`` tells changes
    apart that read the same.
    """

    file: str
    function: str
    code: int
    line: int
    text: str
    change: str
    begin: int
    end: int
    replacement: str
    place: int = 0

    @property
    def key(self) -> str:
        """What it is known by, wherever its line moves."""
        return " | ".join([self.file, self.function, self.text, self.change, str(self.place)])

    def applied(self, source: bytes) -> bytes:
        """Return the changed source."""
        return source[: self.begin] + self.replacement.encode() + source[self.end :]


def mutants_of(file: str, source: bytes) -> list[Mutant]:
    """Return all mutants of a source, in the order in which a walk meets them."""
    found = list(_Finder(file, source).found())
    seen: Counter[str] = Counter()
    for index, mutant in enumerate(found):
        found[index] = replace(mutant, place=seen[mutant.key])
        seen[mutant.key] += 1
    return found


class _Finder:
    """Walks a module; ``_scope`` is the function that the walk is in, and its first line."""

    def __init__(self, file: str, source: bytes) -> None:
        self._file, self._source = file, source
        self._lines = source.split(b"\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def found(self) -> Iterator[Mutant]:
        yield from self._walk(ast.parse(self._source), (), 0)

    def _walk(self, node: ast.AST, names: tuple[str, ...], code: int) -> Iterator[Mutant]:
        for target, new in _changes(node, inside=bool(code)):
            yield self._mutant(target, new, names, code)
        for child in _children(node):
            if isinstance(node, ast.FunctionDef | ast.Lambda) and child is not node.args:
                name = "<lambda>" if isinstance(node, ast.Lambda) else node.name
                yield from self._walk(child, (*names, name), _first_line(node))
            elif isinstance(node, ast.ClassDef):
                yield from self._walk(child, (*names, node.name), code)
            else:
                yield from self._walk(child, names, code)

    def _mutant(self, target: ast.AST, new: str, names: tuple[str, ...], code: int) -> Mutant:
        begin = self._starts[target.lineno - 1] + target.col_offset
        end = self._starts[target.end_lineno - 1] + target.end_col_offset
        old = " ".join(self._source[begin:end].decode().split())
        text = self._lines[target.lineno - 1].decode().strip()
        change = f"{old} -> {new}"
        if isinstance(target, ast.expr):
            new = f"({new})"
        return Mutant(self._file, ".".join(names), code, target.lineno, text, change, begin, end, new)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what may be changed below a node: no annotations, decorators, patterns, text nor errors' messages."""
    if isinstance(node, ast.Raise | ast.JoinedStr | ast.pattern | ast.Import | ast.ImportFrom):
        return
    if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
        return
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.keyword) and child.arg == "strict":
                continue  # a check of our own, that lists are of one length
            if isinstance(child, ast.AST):
                yield child


def _changes(node: ast.AST, inside: bool) -> Iterator[Change]:
    """Yield the changes of one node itself; ``inside`` says that it is in a function."""
    match node:
        case ast.Compare(left, operators, others):
            for index, operator in enumerate(operators):
                for other in COMPARISONS[type(operator)]:
                    changed = [*operators[:index], other(), *operators[index + 1 :]]
                    yield node, ast.unparse(ast.Compare(left, changed, others))
        case ast.BinOp(left, operator, right) if type(operator) in ARITHMETIC and (
            inside or not isinstance(operator, ast.BitOr)  # at the level of a module it is a union of types
        ):
            yield node, ast.unparse(ast.BinOp(left, ARITHMETIC[type(operator)](), right))
        case ast.AugAssign(target, operator, value):
            yield node, "pass"
            if type(operator) in ARITHMETIC:
                yield node, ast.unparse(ast.AugAssign(target, ARITHMETIC[type(operator)](), value))
        case ast.BoolOp(operator, values):
            yield node, ast.unparse(ast.BoolOp(ast.And() if isinstance(operator, ast.Or) else ast.Or(), values))
        case ast.UnaryOp(ast.Not() | ast.USub() | ast.Invert(), operand):
            yield node, ast.unparse(operand)
        case ast.Constant(value) if isinstance(value, bool | int | float):
            for number in _numbers(value):
                yield node, repr(number)
        case ast.Name(id, ast.Load()) if id in SWAPPED:
            yield node, SWAPPED[id]
        case ast.Attribute(value, attr) if attr in SWAPPED:
            yield node, ast.unparse(ast.Attribute(value, SWAPPED[attr]))
        case ast.Return(ast.expr() as value) if ast.unparse(value) != "None":
            yield node, "return None"
        case ast.Expr(ast.Call()) | ast.Raise() | ast.Continue() | ast.Break() | ast.Delete():
            yield node, "pass"
        case ast.Assign([ast.Attribute() | ast.Subscript()], _):
            yield node, "pass"
    if isinstance(node, ast.If | ast.IfExp | ast.While) and not isinstance(node.test, ast.Compare | ast.UnaryOp):
        yield node.test, ast.unparse(ast.UnaryOp(ast.Not(), node.test))


def _numbers(value: bool | int | float) -> list[bool | int | float]:
    """Return the numbers that take the place of a constant."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1]
    if value == 0.0:
        return [1.0]
    return [value * 1000.0 if value < SMALL else value / 1000.0 if value >= LARGE else value * 2.0]


def _first_line(node: ast.FunctionDef | ast.Lambda) -> int:
    """Return what the code object of a function says is its first line."""
    decorators = getattr(node, "decorator_list", [])
    return decorators[0].lineno if decorators else node.lineno

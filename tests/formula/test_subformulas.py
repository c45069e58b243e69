"""Equal subformulas have one number, and only these."""

from hypothesis import given

from smoothdistill_core import Formula
from smoothdistill_core.formula import OPERATORS, Constant, Variable
from smoothdistill_core.formula.subformulas import Subformula, numbered

X, Y = Formula.variable(0), Formula.variable(1)
SIN, ADD = OPERATORS["sin"], OPERATORS["add"]


def test_a_subformula_that_occurs_twice_is_held_once():
    formula = Formula.apply("add", Formula.apply("sin", X), Formula.apply("sin", X))
    found, numbers = numbered(formula)
    assert found == [Subformula(Variable(0)), Subformula(SIN, (0,)), Subformula(ADD, (1, 1))]
    assert numbers == [2, 1, 0, 1, 0]  # add, sin, x0, sin, x0


def test_the_order_of_arguments_tells_subformulas_apart():
    difference, turned = Formula.apply("sub", X, Y), Formula.apply("sub", Y, X)
    found, numbers = numbered(Formula.apply("mul", difference, turned))
    assert len(found) == len(numbers) - 2  # x0 and x1 stand twice
    assert numbers[1] != numbers[4]


def test_equal_constants_are_one_but_the_signs_of_0_are_two():
    constants = (0.5, 0.5, 0.0, -0.0)
    formula = Formula.constant(constants[0])
    for value in constants[1:]:
        formula = Formula.apply("add", formula, Formula.constant(value))
    found, _ = numbered(formula)
    assert [repr(node) for node, _ in found if isinstance(node, Constant)] == [
        repr(Constant(value)) for value in (-0.0, 0.0, 0.5)
    ]


@given(...)
def test_every_subformula_can_be_put_together_from_what_its_number_stands_for(formula: Formula):
    found, numbers = numbered(formula)

    def nodes(number: int) -> tuple:
        node, arguments = found[number]
        return (node, *(inner for argument in arguments for inner in nodes(argument)))

    assert repr(nodes(numbers[0])) == repr(formula.nodes)
    assert len({repr(one) for one in found}) == len(found)

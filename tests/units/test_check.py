"""Which formulas can be right about units, which units their constants then carry, and where the others are wrong."""

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.formula import OPERATORS, Constant, Formula, Variable, constants, with_constants
from smoothdistill_core.units import DataUnits, Unit, check_units
from smoothdistill_laws.grammar import parsed


def checked(text, target, **units):
    """Check a formula that is written as a law; an input that is not named has no known unit."""
    law = parsed(text)
    known = [units.get(name) for name in law.names]
    inputs = tuple(None if unit is None else Unit.of(unit) for unit in known)
    data = DataUnits(inputs, None if target is None else Unit.of(target))
    return check_units(law.formula, data, tuple(law.names), "y")


def carried(*arguments, **units):
    check = checked(*arguments, **units)
    assert check.breaks == ""
    return [constant.unit for constant in check.constants]


@pytest.mark.parametrize(
    ("text", "target", "units"),
    [
        ("0.5*m*v^2", "J", {"m": "kg", "v": "m/s"}),
        ("sqrt(2*E/m)", "m/s", {"m": "kg", "E": "J"}),
        ("a*cos(x/z)", "V", {"a": "V", "x": "m", "z": "m"}),
        ("x + 2*z", "m", {"x": "m", "z": "m"}),
        ("(V^2)^(1/3)", "m^2", {"V": "m^3"}),
        ("2^n", "", {"n": ""}),
        ("V^(1/3)", "m^(1/3)", {"V": "m"}),
        ("R^(2/3)*sqrt(S)/n", "m/s", {"R": "m", "S": "", "n": "s/m^(1/3)"}),
    ],
)
def test_a_formula_is_consistent_where_its_constants_can_all_be_plain_numbers(text, target, units):
    assert checked(text, target, **units).outcome == "consistent"


@pytest.mark.parametrize(
    ("text", "target", "units", "constants"),
    [
        ("9.81*m*h", "J", {"m": "kg", "h": "m"}, ["m/s^2"]),
        ("sqrt(2*9.81*h)", "m/s", {"h": "m"}, ["", "m/s^2"]),  # the rounder number is the plain one
        ("12.3*exp(-x/4.5) + 0.25", "V", {"x": "m"}, ["V", "m", "V"]),
        ("x + 2.5*t", "m", {"x": "m", "t": "s"}, ["m/s"]),
        ("sin(2.5*m)", "", {"m": "kg"}, ["1/kg"]),
        ("3*(m/70)^1.37", "W", {"m": "kg"}, ["W", "kg", ""]),
        ("3.4*m^0.75", "W", {"m": "kg"}, ["W/kg^(3/4)", ""]),
        ("3.4*m^0.667", "W", {"m": "kg"}, ["W/kg^(2/3)", ""]),  # two thirds, rounded
        ("1.5 + x^2", "m^2", {"x": "m"}, ["m^2"]),
        ("50.2*t", "km", {"t": "h"}, ["km/h"]),
        ("0.0005*m*v^2", "kJ", {"m": "kg", "v": "m/s"}, ["kJ*s^2/(kg*m^2)"]),  # 0.001 of the SI units
        ("42.5", "K", {}, ["K"]),
    ],
)
def test_constants_carry_the_units_that_make_a_formula_right(text, target, units, constants):
    check = checked(text, target, **units)
    assert check.outcome == "consistent with units of constants"
    assert [constant.unit for constant in check.constants] == constants


@pytest.mark.parametrize(
    ("text", "target", "units", "breaks"),
    [
        ("x + t", "m", {"x": "m", "t": "s"}, "x + t adds m and s"),
        ("x - t", "m", {"x": "m", "t": "s"}, "x - t subtracts s from m"),
        ("sin(m)", "", {"m": "kg"}, "sin(m) takes sin of kg, not of a plain number"),
        ("sin(a)", "", {"a": "deg"}, "sin(a) takes sin of deg, not of a plain number"),
        ("3*m^1.37", "W", {"m": "kg"}, "m^1.37 raises kg to the power 1.37, no simple fraction"),
        ("x^n", None, {"x": "m", "n": ""}, "x^n raises m to a varying power"),
        ("2^x", None, {"x": "m"}, "2^x has an exponent in m"),
        ("m*v", "J", {"m": "kg", "v": "m/s"}, "the formula gives kg*m/s, and y is in J"),
        ("x/z", "J", {"x": "m", "z": "m"}, "the formula gives a plain number, and y is in J"),
        ("x + z", "m", {"x": "km", "z": "m"}, "x + z adds km and m"),
        ("u*x + u*t", "m", {"x": "m", "t": "s"}, "u*x + u*t adds what never has one unit"),
    ],
)
def test_a_formula_that_no_constants_make_right_is_told_where_it_breaks(text, target, units, breaks):
    check = checked(text, target, **units)
    assert (check.outcome, check.constants, check.breaks) == ("inconsistent", (), breaks)


def test_nothing_is_concluded_about_columns_and_targets_without_a_unit():
    assert checked("u + x", "m", x="m").breaks == ""
    assert checked("sin(u)*x + u*x", None, x="m").breaks == ""
    assert checked("m*v", None, m="kg", v="m/s").outcome == "consistent"
    assert carried("0.5*u + 3*x", "J", x="m") == [None, "J/m"]  # what 0.5 carries depends on u


def test_a_column_without_a_unit_has_one_and_the_same_wherever_it_stands():
    assert checked("u + x", None, x="m").breaks == checked("sin(u)", None).breaks == ""
    assert checked("(u + x) * sin(u)", None, x="m").breaks == "u + x adds a plain number and m"


x, t = Formula.variable(0), Formula.variable(1)
METRES = DataUnits((Unit("m"), Unit("s")), None)


def breaks(formula):
    return check_units(formula, METRES, ("x", "t")).breaks


def test_what_is_compared_has_one_unit_and_0_has_any():
    zero = Formula.constant(0.0)
    assert check_units(Formula.apply("max", x, zero), METRES, ("x", "t")).outcome == "consistent"
    assert breaks(Formula.apply("greater", x, zero)) == ""
    assert breaks(Formula.apply("min", x, t)) == "min(x, t) compares m and s"
    assert breaks(Formula.apply("mod", x, t)) == "mod(x, t) compares m and s"
    assert breaks(Formula.apply("add", Formula.apply("sign", t), x)) == "sign(t) + x adds a plain number and m"


def test_guards_are_safeguards_of_a_search_and_no_part_of_the_law():
    assert breaks(Formula.apply("protected_div", x, t)) == ""
    assert breaks(Formula.apply("protected_sqrt", x)) == ""
    assert "takes protected_log of m" in breaks(Formula.apply("protected_log", x))
    assert breaks(Formula.apply("analytic_quotient", x, Formula.apply("mul", Formula.constant(2.0), t))) == ""
    assert "takes analytic_quotient of s" in breaks(Formula.apply("analytic_quotient", x, t))


@pytest.mark.parametrize("name", OPERATORS)
def test_every_operator_has_a_rule(name):
    numbers = DataUnits((Unit(""), Unit("")), Unit(""))
    formula = Formula.apply(name, *(Formula.variable(place) for place in range(OPERATORS[name].arity)))
    assert check_units(formula, numbers, ("a", "b")).outcome == "consistent"


def test_units_of_too_few_inputs_are_an_error():
    with pytest.raises(FormulaError, match="reads input x1, and there are 1 units"):
        check_units(t, DataUnits((Unit("m"),), None), ("x",))


def test_a_formula_of_five_hundred_parts_is_checked():
    long = x
    for place in range(125):
        long = Formula.apply("add", long, Formula.apply("mul", Formula.constant(0.1 + place), t))
    assert {constant.unit for constant in check_units(long, METRES, ("x", "t")).constants} == {"m/s"}


UNITS = ("m", "s", "", "kg*m/s^2", "1/s")
GUARDED = ("protected_div", "protected_log", "protected_sqrt", "protected_inverse")
leaves = st.one_of(
    st.integers(0, 2).map(lambda index: Formula((Variable(index),))),
    st.sampled_from([0.5, 1.0, 2.0, 3.0, 1.5, -1.0]).map(lambda value: Formula((Constant(value),))),
)
operators = st.sampled_from([name for name in OPERATORS if name not in GUARDED])
common = st.sampled_from(["add", "sub", "mul", "div", "mul", "square", "sqrt", "pow", "sin", "exp"])


def applied(parts):
    name, *arguments = parts
    return Formula.apply(name, *arguments[: OPERATORS[name].arity])


formulas = st.recursive(
    leaves, lambda inner: st.tuples(st.one_of(common, operators), inner, inner).map(applied), max_leaves=8
)


@pytest.mark.slow
@settings(
    max_examples=300,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much],
)
@given(formulas, st.tuples(*[st.sampled_from(UNITS)] * 3), st.sampled_from(UNITS))
def test_in_other_base_units_a_consistent_formula_predicts_the_same_quantity(inner, inputs, target):
    formula = Formula.apply("mul", Formula.constant(3.7), inner)  # a factor makes any target right
    units = DataUnits(tuple(map(Unit, inputs)), Unit(target))
    check = check_units(formula, units, ("a", "b", "c"))
    assume(check.outcome != "inconsistent")
    X = np.random.default_rng(0).uniform(0.5, 3.0, size=(20, 3))
    factors = np.array(
        [constant.unit is not None and in_other_units(Unit(constant.unit)) for constant in check.constants]
    )
    converted = with_constants(formula, constants(formula) * factors)
    with np.errstate(all="ignore"):
        before = formula.predict(X) * in_other_units(units.target)
        after = converted.predict(X * [in_other_units(unit) for unit in units.inputs])
    finite = np.isfinite(before) & np.isfinite(after) & (np.abs(before) < 1e100)
    np.testing.assert_allclose(after[finite], before[finite], rtol=1e-6, atol=1e-9 * in_other_units(units.target))
    assert (np.isfinite(before) == np.isfinite(after)).all() or np.abs(before[np.isfinite(before)]).max() > 1e100


def in_other_units(unit):
    """Return what a number in this unit is multiplied by where metre, second and kilogram shrink.

    They shrink to a 64th, a 4096th and 64 times: powers of 2, also under roots, so that nothing is rounded.
    """
    sizes = {"[length]": 64.0, "[time]": 64.0**2, "[mass]": 1 / 64.0}
    return float(np.prod([sizes[name] ** float(power) for name, power in unit.dimensions.items()]))

"""Exports are complete, short and readable, keep poles and guards where they are, and refuse what they cannot do."""

import ast
import inspect
import json
import sqlite3
import sys
from dataclasses import replace

import numpy as np
import pytest
import sympy
import torch

from smoothdistill_core import Formula, FormulaError
from smoothdistill_core.exports import FORMATS, export, formats, read_json, to_sympy, to_torch
from smoothdistill_core.exports.preparation_for_code import precomputed, without_idle_guards
from smoothdistill_core.formula import OPERATORS, Constant, Variable

A, B = Formula.variable(0), Formula.variable(1)
TYPESET = ("latex", "mathml")
CODE = ("python", "numpy", "torch", "sql", "onnx")


def apply(operator, *arguments):
    return Formula.apply(operator, *(Formula.constant(a) if isinstance(a, float) else a for a in arguments))


def seven_divisions():
    formula = A
    for number in range(7):
        formula = apply("protected_div", apply("add", B, float(number)), formula)
    return formula


def test_an_unknown_format_is_refused_with_the_one_that_was_meant():
    with pytest.raises(FormulaError, match="no format 'latx'; did you mean 'latex'"):
        export(A, ["a"], "latx")


@pytest.mark.parametrize(
    ("names", "reason"),
    [(["a"], "reads 2 inputs, and 1 are named"), ("ab", "not the single text 'ab'"), (["a", 2], "not by 2")],
)
def test_every_input_needs_a_name(names, reason):
    with pytest.raises(FormulaError, match=reason):
        export(apply("add", A, B), names, "text")


@pytest.mark.parametrize("kind", FORMATS)
def test_seven_nested_protected_divisions_are_written_in_few_characters(kind):
    written = export(seven_divisions(), ["a", "b"], kind)
    assert len(written) < 2_000


def test_in_sympy_protected_operators_are_single_nodes_with_guards_on_request():
    expression = to_sympy(apply("protected_div", A, apply("protected_log", B)), ["a", "b"])
    assert str(expression) == "protected_div(a, protected_log(b))"
    written_out = expression.rewrite(sympy.Piecewise)
    assert written_out.has(sympy.Piecewise)
    assert not written_out.atoms(sympy.core.function.AppliedUndef)
    a, b = sorted(expression.free_symbols, key=str)
    for value in (2.0, 0.0005):
        assert written_out.subs({a: 3.0, b: value}) == pytest.approx(
            apply("protected_div", A, apply("protected_log", B)).predict(np.array([[3.0, value]]))[0]
        )
    assert expression.diff(a).subs({a: 3.0, b: 2.0}).evalf() == pytest.approx(1 / np.log(2))


def test_sympy_keeps_what_it_would_cancel():
    assert str(to_sympy(apply("div", A, A), ["a"])) == "a/a"
    assert to_sympy(apply("div", A, A), ["a"]).doit() == 1


def test_equal_formulas_give_equal_sympy_expressions():
    assert to_sympy(seven_divisions(), ["a", "b"]) == to_sympy(seven_divisions(), ["a", "b"])


@pytest.mark.parametrize("kind", ["python", "numpy", "torch", "sympy", "sql"])
def test_a_part_that_occurs_twice_is_computed_once(kind):
    part = apply("exp", apply("mul", A, B))
    formula = apply("add", apply("sin", part), apply("mul", part, part))
    for _ in range(4):
        formula = apply("mul", formula, apply("cos", formula))
    code = export(formula, ["a", "b"], kind)
    assert code[max(code.find("def predict"), 0) :].lower().count("exp(") == 1


def test_guards_that_cannot_act_inside_the_box_are_left_out_and_only_those():
    formula = apply("add", apply("protected_div", A, B), apply("protected_log", A))
    assert "protected" not in export(formula, ["a", "b"], "numpy", box=[(1.0, 2.0), (-5.0, -0.5)])
    over_zero = export(formula, ["a", "b"], "numpy", box=[(-1.0, 2.0), (0.5, 5.0)])
    assert "protected_log" in over_zero
    assert "protected_div" not in over_zero
    assert "protected_div" in export(formula, ["a", "b"], "numpy", box=[(1.0, 2.0), (0.001, 5.0)])
    assert "protected_div" in export(formula, ["a", "b"], "numpy")


@pytest.mark.parametrize(
    "operator", ["protected_div", "protected_log", "protected_inverse", "protected_sqrt", "log_abs", "pow_abs"]
)
@pytest.mark.parametrize("box", [(0.5, 3.0), (-3.0, -0.5), (-1.0, 1.0), (0.0, 1.0), (0.0011, 1.0)])
def test_inside_the_box_nothing_changes(operator, box):
    formula = apply(operator, *(A, B)[: OPERATORS[operator].arity])
    X = np.random.default_rng(0).uniform(*box, size=(200, 2))
    np.testing.assert_array_equal(without_idle_guards(formula, [box, box]).predict(X), formula.predict(X))
    for kind in CODE:
        export(formula, ["a", "b"], kind, box=[box, box], X=X)


@pytest.mark.parametrize(
    ("box", "reason"),
    [
        ([(0.0, 1.0)], "reads 2 inputs, and the box holds 1"),
        ([(0.0, 1.0), (2.0, 1.0)], "for input 1"),
        ([(0.0, float("nan"))] * 2, "input 0"),
    ],
)
def test_a_bad_box_is_refused(box, reason):
    with pytest.raises(FormulaError, match=reason):
        export(apply("add", A, B), ["a", "b"], "text", box=box)


DEEP = 10_000
DEEP_FORMULAS = {
    "unary": Formula.from_prefix([OPERATORS["sin"]] * DEEP + [Variable(0)]),
    "left": Formula.from_prefix([OPERATORS["add"]] * DEEP + [Variable(0)] * (DEEP + 1)),
    "right": Formula.from_prefix([OPERATORS["sub"], Constant(0.5)] * DEEP + [Variable(1)]),
}


@pytest.mark.parametrize("kind", ["text", "json", *CODE])
@pytest.mark.parametrize("formula", DEEP_FORMULAS.values(), ids=DEEP_FORMULAS)
def test_no_formula_is_too_deep_for_code(formula, kind):
    assert export(formula, ["a", "b"], kind)


@pytest.mark.parametrize("kind", ["sympy", "latex", "mathml"])
@pytest.mark.parametrize("formula", [DEEP_FORMULAS["unary"], DEEP_FORMULAS["right"]], ids=["unary", "right"])
def test_what_sympy_and_pages_cannot_hold_is_refused(formula, kind):
    with pytest.raises(FormulaError, match="more than 100 levels"):
        export(formula, ["a", "b"], kind)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_linear_formula_of_500_inputs_is_not_deep(kind):
    assert export(Formula.linear([1.0] * 500, 0.0), [f"x{index}" for index in range(500)], kind)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_constant_and_a_single_input_are_formulas(kind):
    assert export(Formula.constant(-2.5), [], kind)
    assert export(Formula.constant(-2.5), ["a"], kind)
    assert export(B, ["a", "b"], kind)


def test_numbers_come_back_digit_for_digit():
    for value in (0.1, 1 / 3, 1e-300, -1.7976931348623157e308, 5e-324, 123456789.123456789):
        code = export(apply("mul", A, value), ["a"], "python")
        numbers = [node.value for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Constant)]
        assert abs(value) in numbers  # a sign is an operator of its own
        names = {}
        exec(code, names)
        assert names["predict"](a=1.0) == value


def test_parts_that_read_no_input_become_their_value():
    assert precomputed(apply("mul", A, apply("exp", apply("add", 1.0, 1.0)))) == apply("mul", A, float(np.exp(2.0)))


@pytest.mark.parametrize("formula", [apply("mul", A, apply("log", -1.0)), apply("div", A, 0.0), apply("mod", A, 0.0)])
@pytest.mark.parametrize("kind", [*CODE, "sympy"])
def test_constants_without_a_finite_value_are_refused_in_code(formula, kind):
    with pytest.raises(FormulaError, match="no finite value"):
        export(formula, ["a"], kind)


def test_an_export_that_computes_something_else_is_not_handed_out(monkeypatch):
    wrong = Formula.linear([1.0], 1e-3)
    chosen = formats.FORMATS["numpy"]
    broken = replace(chosen, write=lambda _, inputs, target: chosen.write(wrong, inputs, target))
    monkeypatch.setitem(formats.FORMATS, "numpy", broken)
    with pytest.raises(FormulaError, match="not what the formula predicts"):
        export(A, ["a"], "numpy")


def test_rows_that_are_given_are_verified_as_well(monkeypatch):
    chosen = formats.FORMATS["numpy"]
    beyond = apply("min", A, 1e6)
    broken = replace(chosen, write=lambda _, inputs, target: chosen.write(beyond, inputs, target))
    monkeypatch.setitem(formats.FORMATS, "numpy", broken)
    assert export(A, ["a"], "numpy")
    with pytest.raises(FormulaError, match="not what the formula predicts"):
        export(A, ["a"], "numpy", X=np.array([[2e6]]))
    with pytest.raises(FormulaError, match="one column for each of the 1 names"):
        export(A, ["a"], "numpy", X=np.zeros((3, 2)))


def test_onnx_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(FormulaError, match=r"pip install 'smoothdistill\[onnx\]'"):
        export(A, ["a"], "onnx")


def test_an_onnx_model_is_verified_also_without_onnxruntime(monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    assert export(seven_divisions(), ["a", "b"], "onnx")


def test_the_source_of_a_live_module_can_be_inspected():
    assert "def forward" in inspect.getsource(to_torch(seven_divisions()).forward)


def test_an_onnx_model_is_valid_and_reads_rows():
    onnx = pytest.importorskip("onnx")
    model = onnx.load_from_string(export(seven_divisions(), ["a", "b"], "onnx", target="price"))
    onnx.checker.check_model(model)
    assert {entry.key: entry.value for entry in model.metadata_props} == {"target": "price", "inputs": '["a", "b"]'}


def test_the_torch_module_has_the_gradient_of_the_formula_also_where_guards_act():
    formula = apply("add", seven_divisions(), apply("protected_log", apply("protected_sqrt", B)))
    X = np.random.default_rng(0).normal(size=(50, 2))
    X[:10] = np.random.default_rng(1).choice([0.0, 0.0005, 1.0], size=(10, 2))
    rows = torch.tensor(X, requires_grad=True)
    module = to_torch(formula)
    module(rows).sum().backward()
    np.testing.assert_allclose(rows.grad.numpy(), formula.gradient(X), rtol=1e-9)
    assert module(torch.zeros(4, 3, 2)).shape == (4, 3)
    assert module(torch.zeros(4, 2)).dtype == torch.float32


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "is a JSON object"),
        ("[]", 'with "format"'),
        ('{"format": "smoothdistill-formula", "version": 2}', "version 2"),
        ('{"format": "smoothdistill-formula", "version": 1, "inputs": {}, "target": "y"}', 'list "inputs"'),
        (
            '{"format": "smoothdistill-formula", "version": 1, "inputs": ["a"], "target": "y", "tree": ["x0"]}',
            "input 0",
        ),
        (
            '{"format": "smoothdistill-formula", "version": 1, "inputs": [], "target": "y", "tree": ["x0"]}',
            "0 are named",
        ),
        (
            '{"format": "smoothdistill-formula", "version": 1, "inputs": [], "target": "y", "tree": ["eval"]}',
            "no operator",
        ),
        ('{"format": "smoothdistill-formula", "version": 1, "inputs": [], "target": "y"}', "JSON array"),
    ],
)
def test_what_is_no_exported_formula_is_refused_with_the_reason(text, reason):
    with pytest.raises(FormulaError, match=reason):
        read_json(text)


def test_json_is_plain_json():
    content = json.loads(export(apply("add", A, 1.5), ["a"], "json", target="price"))
    assert content["tree"] == ["add", "x0", 1.5]
    assert content["inputs"] == [{"name": "a", "column": "a", "category": None}]


@pytest.mark.parametrize(
    ("formula", "latex"),
    [
        (apply("div", apply("add", A, 1.0), B), r"y = \frac{a + 1}{b}"),
        (apply("mul", apply("add", A, B), A), r"y = \left(a + b\right) \cdot a"),
        (apply("sub", A, apply("sub", B, A)), r"y = a - \left(b - a\right)"),
        (apply("add", A, apply("mul", -2.0, B)), r"y = a - 2 \cdot b"),
        (apply("square", apply("neg", A)), r"y = \left(-a\right)^{2}"),
        (apply("pow", apply("square", A), B), r"y = \left(a^{2}\right)^{b}"),
        (apply("mul", A, -1e-07), r"y = a \cdot \left(-1 \cdot 10^{-7}\right)"),
        (apply("sqrt", apply("abs", A)), r"y = \sqrt{\left|a\right|}"),
        (apply("greater", A, B), r"y = \left[a > b\right]"),
    ],
)
def test_latex_is_set_as_one_would_write_it(formula, latex):
    assert export(formula, ["a", "b"], "latex") == latex


def test_what_protected_operators_mean_is_said_once():
    for kind in (*TYPESET, "text"):
        written = export(seven_divisions(), ["a", "b"], kind)
        assert written.count("0.001") == 1


def test_fractions_powers_and_roots_are_elements_of_mathml():
    formula = apply("div", apply("square", A), apply("sqrt", B))
    above, below = "<msup><mrow><mi>a</mi></mrow><mn>2</mn></msup>", "<msqrt><mi>b</mi></msqrt>"
    assert f"<mfrac><mrow>{above}</mrow><mrow>{below}</mrow></mfrac>" in export(formula, ["a", "b"], "mathml")


def test_sql_forces_floating_point_and_gives_null_where_there_is_no_value():
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE data (a INTEGER, b INTEGER)")
    database.executemany("INSERT INTO data VALUES (?, ?)", [(1, 2), (1, 0), (None, 1)])
    code = export(apply("div", A, B), ["a", "b"], "sql")
    assert database.execute(f"SELECT {code} FROM data").fetchall() == [(0.5,), (None,), (None,)]
    code = export(apply("log", A), ["a"], "sql")
    assert database.execute(f"SELECT {code} FROM data").fetchall() == [(0.0,), (0.0,), (None,)]


@pytest.mark.parametrize("column", ["t1", "T00", "part_1", "s0"])
def test_columns_may_have_the_names_of_parts_in_sql(column):
    formula = apply("protected_div", seven_divisions(), B)
    assert export(formula, [column, "b"], "sql")

"""Any text is a name: no name breaks exported code, clashes with another, or gets out of its quotes."""

import ast
import csv
import io
import sqlite3
import xml.etree.ElementTree as ElementTree

import numpy as np
import pandas as pd
import pytest

from smoothdistill_core import Formula, FormulaError
from smoothdistill_core.exports import FORMATS, Input, export, read_json, to_sympy
from smoothdistill_core.exports.inputs import identifiers

NASTY = [
    *("lambda", "class", "print", "def", "E", "I", "N", "S", "beta", "math", "np", "torch", "sympy", "predict", "X"),
    *("t1", "t2", "self", "exp", "divide", "protected_div", "x0", "Formula", "expression", "real", "s0", "formula_row"),
    *("sepal length", "größe", "体重", "²", "1st", "a-b", "a_b", "a\u0301", "  ", "%s", "{0}", "{", "\\", "\\n", "$x$"),
    *("two\nlines", "tab\t", "\r", "\x00", "\u2028", '"', "'", '"""', "'''", "*/", "-- ", "<b>&amp;", "]]>", "#", ";"),
    *('"); DROP TABLE data; --', "'; import os; '", "\ud800", "\u202e", "a" * 500, "", "__import__('os')"),
]


def summed(names):
    return Formula.linear([1.0 + index for index in range(len(names))], 0.5)


@pytest.mark.parametrize("kind", [name for name in FORMATS if name != "sql"])
def test_every_name_is_safe_in_every_format_also_twice(kind):
    names = [*NASTY, *NASTY]
    assert export(summed(names), names, kind, target='bad """ \n name \\')


def test_every_name_that_a_database_can_hold_is_safe_in_sql():
    seen = {}
    names = [
        seen.setdefault(name.lower(), name) for name in NASTY if name and "\0" not in name and "\ud800" not in name
    ]
    names = list(dict.fromkeys(names))
    assert export(summed(names), names, "sql")


@pytest.mark.parametrize("kind", ["python", "numpy", "torch", "sympy"])
def test_names_stand_in_code_only_as_literals_comments_and_identifiers(kind):
    code = export(summed(NASTY), NASTY, kind)
    tree = ast.parse(code)
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in ("os", "__import__")]
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert imported <= {"math", "numpy", "torch", "sympy"}


def test_identifiers_are_valid_different_and_free():
    found = list(identifiers([*NASTY, *NASTY], reserved={"t1", "math"}))
    assert len(set(found)) == 2 * len(NASTY)
    assert all(name.isidentifier() for name in found)
    assert not {"t1", "math", "lambda", "print"} & set(found)


def test_the_columns_of_exported_code_are_told_in_comments():
    code = export(summed(["a b", "two\nlines"]), ["a b", "two\nlines"], "python")
    assert "def predict(*, a_b, two_lines):" in code
    assert "# a_b: column 'a b'" in code
    assert r"# two_lines: column 'two\nlines'" in code


def test_mathml_is_well_formed_and_holds_names_as_text():
    names = ["<b>&\"'", "a b", "x"]
    tree = ElementTree.fromstring(export(summed(names), names, "mathml"))
    assert {"<b>&\"'", "a b", "x"} <= {element.text for element in tree.iter()}


def test_a_name_cannot_start_a_command_in_latex():
    assert r"\text{\textbackslash{}input\{a\}\_\%\$}" in export(Formula.variable(0), [r"\input{a}_%$"], "latex")


def test_quotes_in_columns_and_categories_are_doubled_in_sql():
    inputs = ['a"b', Input("[c = d'e]", 'c"', "d'e")]
    code = export(Formula.linear([2.0, 3.0], 0.0), inputs, "sql")
    assert 'CAST("a""b" AS DOUBLE PRECISION)' in code
    assert "CASE WHEN \"c\"\"\" = 'd''e' THEN" in code


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (["a", "a"], "two inputs are the column 'a'"),
        (["a", "A"], "two inputs are the column 'A' and 'a'"),
        (["", "b"], "no database can hold the column ''"),
        (["a\0", "b"], "no database can hold"),
        (["a", Input("[a = u]", "a", "u")], "two inputs are the column 'a'"),
    ],
)
def test_columns_that_no_database_tells_apart_are_refused_in_sql(names, reason):
    with pytest.raises(FormulaError, match=f"{reason}.*rename"):
        export(Formula.linear([1.0, 2.0], 0.0), names, "sql")


INDICATORS = ["x", Input("[origin = usa]", "origin", "usa"), Input("[origin = it's]", "origin", "it's")]


@pytest.mark.parametrize("origin", ["usa", "it's", "japan"])
def test_an_indicator_reads_the_column_of_the_data(origin):
    formula = Formula.linear([1.0, 10.0, 100.0], 0.0)
    expected = {"usa": 12.0, "it's": 102.0, "japan": 2.0}[origin]
    for kind in ("python", "numpy"):
        namespace = {}
        exec(export(formula, INDICATORS, kind), namespace)
        assert namespace["predict"](x=2, origin=origin) == expected
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE cars (x INTEGER, origin TEXT)")
    database.execute("INSERT INTO cars VALUES (2, ?)", [origin])
    assert database.execute(f"SELECT {export(formula, INDICATORS, 'sql')} FROM cars").fetchone() == (expected,)


@pytest.mark.parametrize(
    ("category", "values", "expected"),
    [
        ("2", [2, 2.0, np.float32(2.0), "2", 3, "x"], [1, 1, 1, 1, 0, 0]),
        ("1", [True, np.True_, False, 1], [1, 1, 0, 1]),
        ("True", [True, np.True_, False, "True"], [1, 1, 0, 1]),
        ("nan", ["nan", "other"], [1, 0]),
        ("a", ["a", None, float("nan"), pd.NA, pd.NaT], [1, np.nan, np.nan, np.nan, np.nan]),
    ],
)
def test_a_category_is_known_in_whatever_type_the_data_hold_it(category, values, expected):
    sources = [export(Formula.variable(0), [Input("is it", "c", category)], kind) for kind in ("python", "numpy")]
    for_a_row, for_columns = {}, {}
    exec(sources[0], for_a_row)
    exec(sources[1], for_columns)
    np.testing.assert_array_equal([for_a_row["predict"](c=value) for value in values], expected)
    np.testing.assert_array_equal(for_columns["predict"](c=pd.Series(values, dtype=object)), expected)


def test_a_row_without_a_category_is_null_in_sql():
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE cars (x INTEGER, origin TEXT)")
    database.execute("INSERT INTO cars VALUES (2, NULL)")
    sql = export(Formula.linear([1.0, 10.0], 0.0), INDICATORS, "sql")
    assert database.execute(f"SELECT {sql} FROM cars").fetchone() == (None,)


def test_an_indicator_is_typeset_as_a_condition():
    assert r"\left[\text{origin} = \text{usa}\right]" in export(Formula.variable(1), INDICATORS, "latex")
    assert '<mi>origin</mi><mo>=</mo><mi>usa</mi><mo stretchy="false">]</mo>' in export(
        Formula.variable(1), INDICATORS, "mathml"
    )


def test_equal_names_stay_two_inputs():
    assert export(Formula.linear([1.0, 2.0], 0.0), ["a", "a"], "text") == 'y = 0.0 + 1.0*a + 2.0*"a (2)"'
    assert len(to_sympy(Formula.linear([1.0, 2.0], 0.0), ["a", "a"]).free_symbols) == 2


def test_500_names_are_no_trouble_and_only_what_is_read_is_asked_for():
    names = [f"feature {index}" for index in range(500)]
    formula = Formula.apply("add", Formula.variable(3), Formula.variable(499))
    for kind in FORMATS:
        assert export(formula, names, kind)
    assert "def predict(*, feature_3, feature_499):" in export(formula, names, "python")


def test_json_holds_names_columns_and_categories():
    formula = Formula.linear([1.0, 2.0, 3.0], 0.25)
    document = read_json(export(formula, INDICATORS, "json", target="mpg"))
    assert document.formula == formula
    assert document.inputs == (Input("x", "x"), *INDICATORS[1:])
    assert document.target == "mpg"


def test_the_columns_of_a_csv_file_can_be_given_as_they_are():
    namespace = {}
    exec(export(Formula.linear([2.0], 1.0), ["sepal length"], "numpy"), namespace)
    rows = list(csv.DictReader(io.StringIO("sepal length,y\n1,3\n2,5\n")))
    found = namespace["predict"](sepal_length=[row["sepal length"] for row in rows])
    np.testing.assert_array_equal(found, [3.0, 5.0])

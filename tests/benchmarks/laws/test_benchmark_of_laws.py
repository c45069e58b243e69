"""The benchmark of laws: which runs it has, what its rows say of a run, and what its tables say of rows."""

import math
from itertools import pairwise

import numpy as np
import pytest

from recoveries import Recovery, read, recoveries_of, write
from run import BENCHMARKS, NOISES, is_done, slices
from smoothdistill_core import Registry, Study, read_recipe, recipe_from_text
from smoothdistill_core.executors.in_program import CallingThread
from smoothdistill_core.recipe import find_recipe
from summary import bootstrap, by_law, differences, summaries, wilson
from table import of_differences, of_students, published, tables, untouched


def row(law="a", noise=0.0, seed=0, student="symmetry", teacher="none", exact=1, **more):
    rest = {"srbench": exact, "accurate": 1, "r2": 0.9992, "nodes": 7, "seconds": 1.0, **more}
    return Recovery(law, noise, seed, student, teacher, exact, **rest)


def test_symmetry_is_run_at_five_noise_levels_with_three_seeds(tmp_path):
    for name in ("feynman", "strogatz", "fresh"):
        runs = list(slices(name))
        assert len({each.folder(tmp_path) for each in runs}) == len(runs) == 15
        assert {each.noise for each in runs} == set(NOISES)
    assert [(each.noise, each.seed) for each in slices("feynman", [0.01], [2])] == [(0.01, 2)]


@pytest.mark.parametrize("name", BENCHMARKS)
def test_each_run_is_a_recipe_that_can_be_read(name, tmp_path, everything_available):
    each = list(slices(name))[-1]
    two = (
        "only=[feynman_I_6_2, feynman_I_8_14]"
        if "equate" in BENCHMARKS[name].recipe and name.startswith("feynman")
        else "sample=2"
    )
    command = each.command(tmp_path, changes=[f"dataset.{two}"])
    changes = [after for word, after in pairwise(command) if word == "--set"]
    recipe = read_recipe(find_recipe(command[command.index("run") + 1]), Registry(), changes)
    assert len(recipe.dataset) == 2
    assert {(law.noise, law.seed) for law in recipe.dataset} == {(each.noise, each.seed)}
    assert {metric.label for metric in recipe.metric} >= {"r2", "exact_recovery", "symbolic_solution"}
    assert recipe.trials.first_seed == each.seed
    assert not is_done(each.folder(tmp_path))


RECIPE = """
name: {name}
dataset:
  - {{name: law, title: product, expression: a*b, ranges: {{a: [1, 5], b: [1, 5]}}, rows: 100, noise: 0, seed: 3}}
  - {{name: law, title: wave, expression: sin(5*a*b), ranges: {{a: [1, 5], b: [1, 5]}}, rows: 100, noise: 0, seed: 3}}
student: {{name: symmetry, inputs: 2}}
metric: [r2, complexity, exact_recovery, symbolic_solution]
distil: {{teachers: none, extra: none, refit: none, prune: false}}
choose: {{formula: description_length, poles: warn}}
trials: {{seeds: 1}}
"""


@pytest.mark.slow
@pytest.mark.parametrize(("name", "student"), [("laws-some", "symmetry"), ("laws-some-default", "default")])
def test_a_run_is_read_as_a_row_for_each_law(name, student, tmp_path):
    registry = Registry()
    folder = tmp_path / "some" / "noise-0-seed-3"
    Study(recipe_from_text(RECIPE.format(name=name), registry), registry, folder).run(
        executor=CallingThread(), workers=1
    )
    found = {each.law: each for each in recoveries_of(folder)}
    assert found.keys() == {"product", "wave"}
    product, wave = found["product"], found["wave"]
    assert (product.student, product.teacher, product.noise, product.seed) == (student, "none", 0.0, 3)
    assert (product.exact, product.srbench, product.accurate) == (1, 1, 1)
    assert product.formula in ("a*b", "b*a", "1*a*b")
    assert product.nodes == 3
    assert product.r2 > 0.999 > wave.r2
    assert product.seconds > 0
    assert (wave.exact, wave.accurate) == (0, 0)
    assert tables(tmp_path).keys() == {"some"}


def test_students_of_one_name_are_told_apart_by_their_options(tmp_path):
    registry = Registry()
    students = "student: [{name: symmetry, inputs: 2}, {name: symmetry, inputs: 1}]"
    text = RECIPE.format(name="two").replace("student: {name: symmetry, inputs: 2}", students)
    folder = tmp_path / "feynman_small" / "noise-0-seed-3"
    Study(recipe_from_text(text, registry), registry, folder).run(executor=CallingThread(), workers=1)
    assert {each.student for each in recoveries_of(folder)} == {"symmetry(inputs=2)", "symmetry(inputs=1)"}
    assert tables(tmp_path).keys() == {"feynman_small"}


def test_rows_are_written_and_read_again(tmp_path):
    rows = [row("b"), row("a", noise=0.01, formula="a*b, or so"), row("c", exact=0, nodes=None)]
    write(rows, tmp_path / "rows.csv")
    assert sorted(read(tmp_path / "rows.csv"), key=lambda each: each.law) == sorted(rows, key=lambda each: each.law)


def test_wilsons_interval_is_the_known_one():
    found = wilson(0.5, 10)
    assert (found.low, found.high) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert wilson(0.0, 20).low == 0.0
    assert wilson(0.0, 20).high == pytest.approx(0.1611, abs=1e-4)
    assert wilson(1.0, 20).high == 1.0


def test_seeds_of_one_law_are_no_further_laws():
    (found,) = summaries([row("a", seed=seed, exact=int(seed < 1), nodes=5 + seed, seconds=seed) for seed in range(3)])
    assert (found.laws, found.seeds) == (1, 3)
    assert found.exact.share == pytest.approx(1 / 3)
    assert found.exact.high == wilson(1 / 3, 1).high
    assert (found.nodes, found.most_nodes, found.seconds, found.most_seconds) == (6, 7, 1, 2)


def test_a_law_without_a_formula_is_a_miss_and_has_no_size():
    (found,) = summaries([row("a"), row("b", exact=0, nodes=None, accurate=0, r2=-math.inf)])
    assert found.exact.share == found.accurate == found.close == 0.5
    assert found.r2 == 0.9992 / 2
    assert found.nodes == 7
    assert math.isnan(summaries([row(exact=0, nodes=None)])[0].nodes)
    assert by_law([row("a"), row("a", exact=0)], lambda each: each.exact) == {"a": 0.5}


def test_differences_are_of_the_laws_that_both_tried():
    ours = [row(law, exact=int(law != "d")) for law in "abcd"]
    theirs = [row(law, student="operon", exact=int(law == "a")) for law in "abz"]
    (found,) = differences([*ours, *theirs, row("a", noise=0.01)])
    assert (found.first, found.second, found.noise, found.laws) == ("operon", "symmetry", 0.0, 2)
    assert found.mean == -0.5
    assert found.low <= found.mean <= found.high
    assert found.high <= 0.0


def test_the_interval_of_a_mean_is_nearly_the_normal_one():
    values = np.random.default_rng(1).normal(2.0, 1.0, size=400)
    low, high = bootstrap(values)
    assert (low, high) == pytest.approx((values.mean() - 0.098, values.mean() + 0.098), abs=0.01)


def test_teachers_are_told_apart():
    assert row().by == "symmetry"
    assert row(teacher="plain").by == "symmetry, plain teacher"


def test_the_even_laws_that_nothing_was_decided_on_are_told_apart():
    rows = [row(name) for name in ("feynman_III_10_19", "feynman_III_12_43")]
    assert [each.law for each in untouched("feynman", rows)] == ["feynman_III_12_43"]
    assert untouched("strogatz", rows) == []


def test_published_rates_stand_beside_ours_with_what_their_noise_means():
    text = of_students(summaries([row("a"), row("b", exact=0)]), published("feynman"))
    assert (
        "| symmetry | 0 % | 2 | 1 | 50 % | 9.45 % to 90.5 % | 50 % | 100 % | 100 % | 0.999 | 7 | 7 | 1.0 | 1.0 |"
        in text
    )
    assert "| AIFeynman (published) | 1 % of the root mean square | 112 | - | - | - | 0.0 % | 0.0 % |" in text
    assert published("fresh") == []
    assert "| operon | symmetry | 0 % | 1 | -100.0 | -100.0 to -100.0 |" in of_differences(
        differences([row(), row(student="operon", exact=0)])
    )


@pytest.mark.slow
def test_the_figure_has_a_line_for_each_teacher_and_is_the_same_each_time(tmp_path):
    from table import draw

    teachers = ("none", "plain", "jacobian", "lipschitz")
    rows = [row(law, noise, teacher=teacher) for law in "ab" for noise in (0, 0.01) for teacher in teachers]
    for name in ("one.svg", "two.svg"):
        draw(summaries(rows), tmp_path / name)
    text = (tmp_path / "one.svg").read_text()
    assert text == (tmp_path / "two.svg").read_text()
    assert all(f"symmetry, {teacher} teacher" in text for teacher in teachers[1:])

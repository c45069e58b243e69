"""The report of a run: what a reader finds in it, and that it needs nothing but itself."""

import csv
import math
import re
from dataclasses import replace

import matplotlib
import pytest

from smoothdistill_core import Formula, Measure, SmoothdistillError
from smoothdistill_core.components import MetricFacts
from smoothdistill_core.report import write_report
from smoothdistill_core.report.figures.r2_axis import scale
from smoothdistill_core.results.formula_choice import UNRELIABLE
from smoothdistill_core.wording.constants import constants_in_words

ONE = {"jacobian": (0.3, 0.5)}


def test_further_metrics_have_columns_of_their_own(invent, page_of):
    build = invent(seeds=1, penalties=ONE)
    for record in build.cells:
        for entry in record.front:
            entry.scores["test", "sparkle"] = 0.125
    page = page_of(build.results())
    assert "sparkle" in page.text
    assert "0.125" in page.text


def test_with_logarithms_on_some_datasets_each_r2_has_one_column_and_the_file_has_all(invent, tmp_path, read_page):
    build = invent(["gems", "plain"], seeds=1, penalties=ONE)
    for key, trial in build.trials.items():
        if trial.dataset == "gems":
            scaling = replace(trial.facts.scaling, transform="log1p")
            build.trials[key] = replace(trial, facts=replace(trial.facts, scaling=scaling))
    for record in build.cells:
        if record.cell.trial.startswith("gems"):
            for scores in (record.scores, *(entry.scores for entry in record.front)):
                scores["test", "r2_original"] = -2.5
    page = read_page(write_report(build.results(), tmp_path / "report.html", figures=tmp_path))
    rows = list(csv.DictReader((tmp_path / "summary.csv").open()))
    gems, plain = (next(row for row in rows if row["dataset"] == name) for name in ("gems", "plain"))
    assert (gems["r2_original"], gems["r2_log"]) == ("-2.5", gems["r2"])
    assert (plain["r2_original"], plain["r2_log"]) == (plain["r2"], "")
    assert "teacher R² teacher R² of log E‖J‖ R² R² of log fidelity" in page.text
    assert "R² as fitted of the formulas on every dataset" in page.text
    assert ", on gems of log(1 + target), which models are fitted to." in page.text
    assert "R² of log on the test part" in page.text


def test_a_report_tells_what_was_asked_and_found_with_numbers(invent, page_of):
    page = page_of(invent(runs=10, seeds=2, gain=0.2).results())
    assert (
        "On toy, with 10 runs of 2 seeds, mlp was trained without a penalty, with jacobian at 5 strengths" in page.text
    )
    assert "For each of these teachers gplearn searched a formula that imitates it" in page.text
    assert "20 trials gave 260 formulas; nothing failed." in page.text
    assert re.search(
        r"Jacobian against none: the gain is \+0\.\d{3} R², 95 % interval 0\.\d{3} to 0\.\d{3}, p = 0", page.text
    )
    assert re.search(r"Over 10 runs the formulas reach a mean R² of 0\.\d{3} for (jacobian|lipschitz)", page.text)


def test_a_baseline_far_below_the_axis_is_an_arrowhead_and_no_line(invent, page_of):
    near, far = (page_of(build.results()).source for build in (invent(seeds=1), with_a_hopeless_baseline(invent)))
    dotted = "stroke-dasharray: 1.2,1.92"
    assert near.count(dotted) == 3  # none, direct and linear
    assert far.count(dotted) == 2


def with_a_hopeless_baseline(invent):
    build = invent(seeds=1)
    for record in build.cells:
        if record.cell.student == "linear":
            for entry in record.front:
                entry.scores["test", "r2"] = -27.0
    return build


def test_a_short_table_stands_below_itself_in_a_narrow_window_and_a_long_one_scrolls(invent, page_of):
    short, long = (page_of(invent(names, seeds=1).results()) for names in (["a"], ["a", "b", "c"]))
    (summary,) = [a["class"] for a in short.all("table") if a["id"] == "table-summary"]
    assert "stacked" in summary.split()
    assert 'data-heading="R²"' in short.source
    (summary,) = [a["class"] for a in long.all("table") if a["id"] == "table-summary"]
    assert "stacked" not in summary.split()
    assert [a for a in long.all("div") if a.get("class") == "sheet tall"]


@pytest.mark.slow
def test_several_datasets_are_told_of_together(invent, page_of):
    page = page_of(invent([f"data{place}" for place in range(8)], seeds=10, gain=0.3, penalties=ONE).results())
    assert "On 8 datasets, with 10 seeds each" in page.text
    assert "Averaged over all 8 datasets, the formulas reach an R² of" in page.text
    assert "Jacobian is shown to be better on 8 of 8 datasets than none; over their means the gain is +0." in page.text


@pytest.mark.slow
def test_seeds_too_few_for_so_many_tests_are_said_to_show_nothing(invent, page_of):
    page = page_of(invent([f"data{place}" for place in range(7)], seeds=6, gain=0.3, penalties=ONE).results())
    assert "(seeds that differ: at most 6, where 9 are needed for any finding)" in page.text


def test_too_few_seeds_are_said_to_decide_nothing(invent, page_of):
    page = page_of(invent(seeds=1).results())
    assert "at least 6 seeds that differ are needed, and there is 1." in page.text
    assert "How often better than none" not in page.text  # one pair is no rate
    assert "1 trial gave 13 formulas" in page.text


def test_the_formula_is_typeset_in_the_data_s_own_names_and_there_as_text(invent, page_of):
    page = page_of(invent().results())
    target, *_, last = re.findall(r"<math.*?</math>", page.source[: page.source.index("as text")], re.S)
    assert "<mi>price</mi>" in target
    assert "<mi>rooms</mi>" in last
    assert "<mfrac>" in last
    assert "price = 0.5 + 0.25*rooms + age/(rooms + 3)" in page.text


def test_the_page_asks_no_network_for_anything_and_lets_nothing_load(invent, page_of):
    page = page_of(invent(["a", "b", "c"]).results())
    for _, attributes in page.tags:
        for name in ("src", "href", "xlink:href", "action", "data"):
            assert re.match(r"#|data:|$", attributes.get(name) or ""), attributes
    assert "@import" not in page.source
    assert not re.search(r"url\((?!#)", page.source)
    (policy,) = [a["content"] for a in page.all("meta") if a.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")


def test_no_identifier_stands_twice_and_every_reference_has_a_goal(invent, page_of):
    page = page_of(invent(["a", "b", "c"]).results())
    found = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(found) == len(set(found))
    wanted = re.findall(r'(?:url\(|href=")#([^")]+)', page.source)
    wanted += [name for _, a in page.tags for name in a.get("aria-labelledby", "").split()]
    assert set(wanted) <= set(found)


NASTY = "<script>alert('x')</script>"


def test_names_from_data_are_shown_as_text_wherever_they_come_from(invent, page_of):
    penalties = {"<b>bold</b>": (0.1, 1.0)}
    build = invent([NASTY, "a & b", "$x^2$"], seeds=2, penalties=penalties, columns=(NASTY, "<i>"), target="<u>")
    results = build.results(name="<em>run</em>", content={"dataset": [{"name": NASTY}]}, versions={"<img src=x>": "1"})
    page = page_of(results)
    assert len(page.all("script")) == 1
    for tag in ("b", "em", "img", "u"):
        assert page.all(tag) == [], tag
    assert page.source.count("&lt;script&gt;alert(") > 5
    assert "$x^2$" in page.text


@pytest.mark.slow
def test_names_that_cannot_be_printed_are_written_out(invent, page_of):
    page = page_of(invent(["bell\x07", "two\nlines", "\x1b[31m", "\u202egnp.exe", "数据", "ﷺ" * 90], seeds=1).results())
    for shown in ("bell\\x07", "two\\nlines", "\\x1b[31m", "\\u202egnp.exe", "数据"):
        assert shown in page.text
    assert not {letter for letter in page.source if not letter.isprintable()} - {"\n"}


def test_the_same_results_give_the_same_page_to_the_byte(invent, tmp_path):
    pages = [write_report(invent(["a", "b"]).results(), tmp_path / f"{n}.html").read_bytes() for n in range(2)]
    assert pages[0] == pages[1]


@pytest.mark.slow
def test_figures_come_as_files_and_all_tables_as_csv(invent, tmp_path):
    build = invent(["a", "b", "c"], seeds=2)
    build.student(build.trial("a", 0, 9), student="gplearn", state="failed")
    write_report(build.results(), tmp_path / "report.html", figures=tmp_path / "deep" / "figures")
    folder = tmp_path / "deep" / "figures"
    names = {path.name for path in folder.iterdir()}
    for stem in ("datasets", "wins-none", "wins-direct", "ranks", "d01-a-tradeoff", "d02-b-strengths", "d03-c-boxes"):
        assert {f"{stem}.pdf", f"{stem}.png"} <= names
    assert (folder / "ranks.png").read_bytes().startswith(b"\x89PNG")
    assert (folder / "ranks.pdf").read_bytes().startswith(b"%PDF")
    tables = {"summary", "comparisons", "ranks", "data", "failures", "missing", "seeds", "versions"}
    assert {f"{name}.csv" for name in tables} <= names
    summary = list(csv.DictReader((folder / "summary.csv").open()))
    (direct,) = [row for row in summary if (row["dataset"], row["penalty"]) == ("b", "direct")]
    found = [o.score("r2") for o in build.results().outcomes if (o.trial.dataset, o.penalty) == ("b", "direct")]
    assert math.isclose(float(direct["r2"]), sum(found) / len(found))
    assert direct["teacher_r2"] == ""


def test_matplotlib_s_settings_are_those_of_before_and_users_settings_change_no_figure(invent, tmp_path):
    plain = write_report(invent().results(), tmp_path / "a.html").read_text()
    with matplotlib.rc_context({"text.usetex": True, "font.size": 30, "lines.marker": "x", "svg.fonttype": "path"}):
        before = dict(matplotlib.rcParams)
        again = write_report(invent().results(), tmp_path / "b.html").read_text()
        assert dict(matplotlib.rcParams) == before
    assert again == plain


def test_failures_missing_runs_and_poles_are_listed_with_their_reasons(invent, page_of):
    build = invent(seeds=6)
    trial = build.trial("toy", 0, 9)
    teacher = build.teacher(trial, "jacobian", 0.1)
    build.student(trial, of=teacher, state="failed")
    build.student(trial, poles=("", "", "1/rooms"))
    page = page_of(build.results())
    assert "gplearn on mlp jacobian 0.1; toy, seed 9 failed 1 no luck" in page.text
    assert "Missing from the comparisons" in page.text
    assert "Passed over" in page.text
    assert "1/rooms" in page.text
    assert "1 cell of 147 failed" in page.text


def test_a_pole_that_was_allowed_is_a_warning_beside_the_formula(builder, page_of):
    builder.student(builder.trial(), poles=("", "", "1/rooms"))
    page = page_of(builder.results(poles="warn"))
    assert f"1/rooms {UNRELIABLE}." in page.text


def test_what_units_say_of_a_formula_stands_beside_it(builder, page_of):
    rooms, age = builder.facts.scaling.features
    scaling = replace(builder.facts.scaling, features=(replace(rooms, unit="m"), replace(age, unit="s")), unit="m")
    builder.facts = replace(builder.facts, scaling=scaling)
    builder.student(builder.trial())
    (record,) = builder.cells
    law = Formula.apply("mul", Formula.constant(2.5), Formula.variable(1))
    for formula, told in [(law, "constants: 2.5 m/s"), (Formula.variable(1), "breaks units: the formula gives s")]:
        front = tuple(replace(entry, formula=formula, explained=formula, rounded=formula) for entry in record.front)
        builder.cells[0] = replace(record, front=front)
        assert told in page_of(builder.results()).text


@pytest.mark.parametrize(
    ("errors", "told"),
    [
        ((4.1, 0.0312), "constants, ± standard error: 40 ± 4.1, 2.5 ± 0.031"),
        ((math.nan, 4.1), "constants, ± standard error: 40, 2.5 ± 4.1"),
        ((math.nan, math.nan), ""),
        ((), ""),
    ],
)
def test_constants_stand_below_the_formula_with_their_standard_errors(builder, errors, told):
    builder.student(builder.trial())
    (outcome,) = builder.results().outcomes
    line = Formula.linear([2.5], 40.0)
    shown = replace(outcome, chosen=replace(outcome.chosen, rounded=line))
    assert constants_in_words(shown, errors) == told


def test_only_the_first_dozen_of_constants_is_told(builder):
    builder.student(builder.trial())
    (outcome,) = builder.results().outcomes
    shown = replace(outcome, chosen=replace(outcome.chosen, rounded=Formula.linear([2.5] * 13, 1.0)))
    assert constants_in_words(shown, [0.1] * 14).endswith("2.5 ± 0.1 and 2 more")


def test_formulas_that_were_passed_over_for_their_units_are_listed(builder, page_of):
    rooms, age = builder.facts.scaling.features
    builder.facts = replace(builder.facts, scaling=replace(builder.facts.scaling, features=(rooms, age), unit="m"))
    builder.student(builder.trial())
    (record,) = builder.cells
    wrong = Formula.apply("sin", Formula.variable(0))
    *others, best = record.front
    builder.cells[0] = replace(record, front=(*others, replace(best, formula=wrong, explained=wrong, rounded=wrong)))
    page = page_of(builder.results(units="forbid"))
    assert "Passed over" in page.text
    assert "the formula gives a plain number, and price is in m" in page.text


def test_every_figure_has_words_for_those_who_do_not_see_it(invent, page_of):
    page = page_of(invent(["a", "b", "c"]).results())
    figures = page.all("svg")
    assert len(figures) == 3 * 5 + 4
    for figure in figures:
        assert figure["role"] == "img"
        assert len(figure["aria-label"]) > 40


def test_the_sweet_spot_is_marked(invent, page_of):
    page = page_of(invent().results())
    (spot,) = re.findall(r"The sweet spot, (\w+ 0\.\d), is the teacher that on the validation part", page.text)
    assert f"sweet spot: {spot}" in page.source
    assert re.search(r'<g class="halo"><text[^>]*>sweet spot</text>', page.source)


def test_where_no_strength_was_tried_nothing_is_said_of_a_sweet_spot(invent, page_of):
    assert "no sweet spot" not in page_of(invent(penalties={}, seeds=1).results()).text


def test_the_sweet_spot_of_two_teachers_wins_and_loses_against_none_of_each(builder, page_of):
    for seed in range(2):
        trial = builder.trial(seed=seed)
        builder.student(trial, 0.5, 0.9)
        for teacher, r2 in (("mlp", 0.8), ("series", 0.4)):
            builder.student(trial, r2, of=builder.teacher(trial, "none", 0.0, 0.8, 2.0, teacher=teacher))
            builder.student(trial, 0.6, of=builder.teacher(trial, "jacobian", 0.3, 0.7, 0.5, teacher=teacher))
    page = page_of(builder.results(rule="sweet_spot"))
    assert "Against none, over all seeds: sweet spot: 2 won, 0 tied, 2 lost, 50 %." in page.source


def test_a_third_partys_metric_of_smoothness_is_on_the_axis_of_smoothness(invent, page_of):
    build = invent()
    for record in build.cells:
        for scores in (record.scores, *(entry.scores for entry in record.front)):
            steep = {part: value for (part, metric), value in scores.items() if metric == "jacobian_norm"}
            scores.update({(part, "calmness"): 1 / value for part, value in steep.items()})
    calm = MetricFacts("calmness", "higher", Measure.SMOOTHNESS, "calm", "sighs", "both")
    build.metrics = (*build.metrics[:-1], calm, build.metrics[-1])
    page = page_of(build.results())
    assert "calm, sighs (smoother →)" in re.sub(r"\s+", " ", page.text)
    assert "calm of teacher" in page.text
    assert "Further right is smoother, further up is more accurate" in page.text
    assert "calm is the teacher’s, the larger the smoother" in page.text
    assert re.search(r"teacher R² [\d.]+ at calm [\d.]+", page.source)
    assert "E‖J‖" in page.text  # the usual one is a column like any other


def test_an_accuracy_in_units_has_an_axis_of_its_own_size(invent, page_of):
    build = invent()
    for record in build.cells:
        for scores in (record.scores, *(entry.scores for entry in record.front)):
            scores.update({(part, "rmse"): (1 - v) / 1e4 for (part, metric), v in scores.items() if metric == "r2"})
    error = MetricFacts("rmse", "lower", Measure.ACCURACY, "error", "kg", "both")
    build.metrics = (error, *build.metrics)
    page = page_of(build.results())
    assert "error, kg on the test part" in page.text
    assert "further down is more accurate" in page.text
    assert scale([1e-5, 1.1e-5, 1.2e-5], "kg").limits[1] < 2e-5
    assert scale([1e-5, 1.1e-5, 1.2e-5]).limits[1] > 0.02  # of R2 these are all the same


def test_every_student_on_every_teacher_has_its_own_figures_and_names(invent, page_of):
    page = page_of(invent(students=("gplearn", "operon"), seeds=2).results())
    assert "Accuracy against smoothness, gplearn" in page.text
    assert "Accuracy against smoothness, operon" in page.text
    assert "jacobian (operon)" in page.text


@pytest.mark.parametrize("where", ["folder", "folder/report.html/more.html"])
def test_a_place_that_cannot_be_written_is_a_clear_error(invent, tmp_path, where):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "report.html").write_text("a file")
    with pytest.raises(SmoothdistillError, match="cannot be written"):
        write_report(invent(seeds=1).results(), tmp_path / where)
    assert not list(tmp_path.rglob("*.part"))


def test_a_folder_for_figures_that_is_a_file_is_a_clear_error(invent, tmp_path):
    (tmp_path / "figures").write_text("a file")
    with pytest.raises(SmoothdistillError, match="cannot be made a folder for figures"):
        write_report(invent(seeds=1).results(), tmp_path / "report.html", figures=tmp_path / "figures")

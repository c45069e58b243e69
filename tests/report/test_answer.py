"""The first part of the page: the answer in words, in units, at every size, and what the formula makes of the data."""

import math
import re
from dataclasses import replace

import pytest

from smoothdistill_core import Formula
from smoothdistill_core.portrait import Effect
from smoothdistill_core.recipe import Choose
from smoothdistill_core.report.answer.paragraph import in_plain_words, plain, range_of
from smoothdistill_core.report.answer.shown import Shown
from smoothdistill_core.report.answer.three_sizes import three_sizes
from smoothdistill_core.report.answer.worst_rows import worst_rows
from smoothdistill_core.report.figures.rows_axis import rows_axis
from smoothdistill_core.results import Answer
from smoothdistill_core.scaling import Feature
from smoothdistill_core.wording.rules import chosen_as

NASTY = "<script>alert('x')</script>"


@pytest.fixture
def one(builder, portrayed):
    """One trial with a front of three formulas, with errors in units, and its portrait."""

    def one(dataset="toy", portrait=True, rmse=4.0, **drawn):
        builder.student(builder.trial(dataset), 0.75)
        for record in builder.cells:
            for entry in record.front:
                for part in ("validation", "test"):
                    entry.scores.update({(part, "rmse"): rmse + 1 - entry.scores[part, "r2"], (part, "mae"): 3.0})
        results = builder.results()
        return portrayed(results, **drawn) if portrait else results

    return one


def words(results, dataset="toy"):
    return " ".join(in_plain_words(Shown.of(dataset, results)))


def test_the_paragraph_says_what_how_well_how_sure_and_where(one):
    said = words(one())
    assert said.startswith(
        "This formula predicts price from rooms and age. What moves its predictions most is rooms (50 %), then age "
        "(50 %). On the 20 test rows it misses price by 4.25 (RMSE; MAE, the mean of the misses, 3.00), where price "
        "itself spreads by 8.50 (standard deviation). R² is 0.750 (1 is exact, 0 no better than the mean)."
    )
    assert "The test rows took part in no choice: the formula was chosen by its errors on the 20 validation" in said
    assert re.search(r"the RMSE on others like them is expected between 4\.\d\d and 4\.\d\d \(95 %\)", said)
    assert said.endswith(
        "It holds for rooms from -2 to 2 and age from -2 to 2; beyond that it was never tried.".replace("-", "−")
    )


@pytest.mark.parametrize("split", ["time", "group"])
def test_rows_that_are_no_draws_of_their_own_give_no_interval(one, split):
    assert "expected between" not in words(replace(one(), content={"prepare": {"split": split}}))


def test_without_a_portrait_the_paragraph_and_the_page_say_what_is_known(one, page_of):
    results = one(portrait=False)
    assert "it misses price by 4.25 (RMSE; MAE, the mean of the misses, 3.00)" in words(results)
    assert "What moves its predictions most" not in words(results)
    assert "expected between" not in words(results)
    page = page_of(results)
    assert "Error by size" in page.text
    assert "Predicted against actual" not in page.text
    assert "Every size" in page.text


def test_figures_of_the_part_that_was_chosen_on_are_said_to_be_such(one, portrayed):
    results = one(part="validation")
    answer = results.answers["toy"]
    untested = [
        replace(o, chosen=replace(o.chosen, scores={at: v for at, v in o.scores.items() if at[0] != "test"}))
        for o in answer.front
    ]
    said = " ".join(in_plain_words(Shown("toy", Answer(tuple(untested), untested[-1]), None, results)))
    assert "On the 20 validation rows it misses price by" in said
    assert "There is no test part that no choice saw" in said
    assert "expect somewhat larger errors on new rows" in said


def test_what_was_chosen_by_fidelity_is_not_said_to_have_been_chosen_by_errors(one, page_of):
    results = replace(one(), choose=Choose(score="fidelity"))
    assert "the formula was chosen by its fidelity to the teacher on the 20 validation rows" in words(results)
    assert "They were chosen by their fidelity to the teacher on the 20 validation rows." in page_of(results).text
    assert chosen_as(results.choose) == "the most faithful to the teacher, on the validation part"


@pytest.mark.parametrize(("judged", "said"), [(1, "1 of 3 seeds"), (2, "2 of 3 seeds"), (3, "all 3 seeds")])
def test_the_rows_of_as_many_seeds_are_named_as_were_judged_on(invent, judged, said):
    results = invent(seeds=3).results()
    answer = replace(results.answers["toy"], trials=judged)
    words = " ".join(in_plain_words(Shown("toy", answer, None, results)))
    assert f"chosen by its errors on the validation rows of {said}" in words


def test_the_paragraph_says_what_a_shorter_formula_and_the_longest_one_cost(one):
    assert "It has 11 nodes (numbers, inputs and operations); a shorter one, of 5, misses by 4.35." in words(one())
    results = one()
    answer = results.answers["toy"]
    for recommended, said in (
        (answer.front[1], "It has 5 nodes (numbers, inputs and operations); a shorter one, of 1, misses by 4.45 and "),
        (answer.front[0], "It has 1 node (numbers, inputs and operations); no shorter one uses an input and "),
    ):
        shown = Shown("toy", Answer(answer.front, recommended), results.portraits["toy"], results)
        assert f"{said}the longest on offer, of 11, misses by 4.25." in in_plain_words(shown)[0]


def test_errors_have_the_unit_of_the_target_where_it_is_known(one):
    results = one()
    for key, trial in results.trials.items():
        scaling = replace(trial.facts.scaling, unit="EUR")
        results.trials[key] = replace(trial, facts=replace(trial.facts, scaling=scaling))
    answer = results.answers["toy"]
    trial = next(iter(results.trials.values()))
    front = tuple(replace(outcome, trial=trial) for outcome in answer.front)
    said = " ".join(in_plain_words(Shown("toy", Answer(front, front[-1]), results.portraits["toy"], results)))
    assert "it misses price by 4.25 EUR (RMSE; MAE, the mean of the misses, 3.00 EUR), where price itself" in said
    assert re.search(r"expected between 4\.\d\d and 4\.\d\d EUR \(95 %\)", said)


def test_few_test_rows_are_said_to_tell_little(one):
    assert "So few rows tell little of others" in words(one(rows=6))
    assert "So few rows" not in words(one())


def test_what_rounding_left_out_is_said_beside_the_formula(builder, page_of):
    builder.student(builder.trial(), 0.5)
    (record,) = builder.cells
    *others, last = record.front
    for bend, said in (("tanh", True), ("square", False)):
        bent = Formula.apply("add", last.explained, Formula.apply(bend, Formula.variable(1)))
        builder.cells[0] = replace(record, front=(*others, replace(last, explained=bent)))
        text = page_of(builder.results()).text
        assert (f"Left out for reading: {bend}, which R² hardly needs." in text) is said


def test_many_inputs_are_counted_and_a_constant_is_said_to_be_one(builder):
    builder.facts = replace(
        builder.facts,
        scaling=replace(
            builder.facts.scaling,
            features=tuple(replace(builder.facts.scaling.features[0], column=f"c{n}") for n in range(12)),
        ),
    )
    builder.student(builder.trial(), 0.4)
    (record,) = builder.cells
    (entry, *_) = record.front
    for formula, start in (
        (
            Formula.linear([1.0] * 10, 0.5),
            "This formula predicts price from c0, c1, c2, c3, c4, c5 and 4 more, 10 of the 12",
        ),
        (
            Formula.constant(2.0),
            "No formula that uses any of the 12 inputs predicts price better than a constant does.",
        ),
    ):
        builder.cells[0] = replace(record, front=(replace(entry, formula=formula, rounded=formula, explained=formula),))
        assert words(builder.results()).startswith(start)


@pytest.mark.parametrize(
    ("value", "written"), [(2013.0, "2013"), (0.5, "0.5"), (-121.756, "−121.8"), (12345678.0, "12345678"), (None, "–")]
)
def test_values_of_columns_are_written_as_tables_have_them(value, written):
    assert plain(value) == written


def test_the_range_of_a_column_of_categories_is_its_categories(builder):
    towns = [Feature("town", name, 0.5, 0.5, 0.0, 1.0, reference="Rome") for name in ("Oslo", "Bergen")]
    assert range_of("town", replace(builder.facts.scaling, features=tuple(towns))) == "town Oslo, Bergen or Rome"


def front_of(one, *formulas):
    """Return an answer with formulas of so many nodes and such an R2; the recommended one's size is negative."""
    outcome = one(portrait=False).answers["toy"].front[0]
    found = []
    for size, r2 in formulas:
        formula = Formula.variable(0) if r2 else Formula.constant(1.0)
        while formula.complexity < abs(size):
            formula = Formula.apply("add", formula, Formula.variable(1))
        chosen = replace(outcome.chosen, formula=formula, rounded=formula, scores={("validation", "r2"): r2})
        found.append(replace(outcome, chosen=chosen))
    return Answer(tuple(found), next(o for o, (size, _) in zip(found, formulas, strict=True) if size < 0))


@pytest.mark.parametrize(
    ("formulas", "named"),
    [
        # the shortest that keeps three quarters of R2
        (
            ((1, 0.0), (5, 0.5), (9, 0.7), (-25, 0.8), (41, 0.85)),
            {2: "for a talk", 3: "recommended", 4: "most accurate"},
        ),
        # none that is short enough does: the most accurate of these
        (((1, 0.0), (5, 0.2), (19, 0.3), (31, 0.5), (-61, 0.8)), {2: "for a talk", 4: "recommended, most accurate"}),
        # only a constant is short enough
        (((1, 0.0), (-41, 0.8)), {0: "for a talk", 1: "recommended, most accurate"}),
        (((-3, 0.8), (11, 0.82)), {0: "for a talk, recommended", 1: "most accurate"}),
        (((-3, 0.8),), {0: "for a talk, recommended, most accurate"}),
    ],
)
def test_three_sizes_are_offered(one, formulas, named):
    assert three_sizes(front_of(one, *formulas), Choose()) == named


def test_the_rows_that_are_missed_most_come_first_with_their_inputs(one):
    results = one()
    portrait = results.portraits["toy"]
    results.portraits["toy"] = replace(portrait, actual=(portrait.actual[0] + 50.0, *portrait.actual[1:]))
    table = worst_rows(Shown.of("toy", results), "d01")
    headings = ["price, actual", "predicted", "actual − predicted", "rooms", "age"]
    assert [column.heading for column in table.columns] == headings
    first = table.rows[0]
    assert first[0] - first[1] == pytest.approx(first[2])
    assert abs(first[2]) > 49
    assert first[3] == portrait.inputs["rooms"][0]


def test_actual_values_that_are_whole_are_written_as_such(one):
    results = one()
    portrait = results.portraits["toy"]
    results.portraits["toy"] = replace(portrait, actual=(1.0, 0.0, -12345.0, 0.5, *portrait.actual[4:]))
    table = worst_rows(Shown.of("toy", results), "d01")
    shown = {table.shown(table.columns[0], row[0]) for row in table.rows}
    assert "−12,345" in shown
    assert table.shown(table.columns[0], 1.0) == "1"
    assert table.shown(table.columns[0], 0.5) == "0.500"


def test_rows_whose_dots_lie_on_each_other_are_counted(one, page_of):
    results = one()
    assert "lie on another" not in page_of(results).text
    portrait = results.portraits["toy"]
    same = tuple(replace(f, predicted=(0.25,) * 20) for f in portrait.formulas)
    results.portraits["toy"] = replace(portrait, actual=(0.0, 1.0) * 10, formulas=same)
    assert "Each dot is one of the 20 test rows, 18 of which lie on another." in page_of(results).text


def test_a_row_without_a_prediction_spoils_nothing(one, page_of):
    results = one()
    portrait = results.portraits["toy"]
    bad = tuple(replace(f, predicted=(float("nan"), *f.predicted[1:])) for f in portrait.formulas)
    results.portraits["toy"] = replace(portrait, formulas=bad)
    page = page_of(results)
    assert "1 row without a prediction" in page.text
    assert "nan" not in page.text.split()


def test_categories_and_gaps_in_the_data_are_shown_as_they_are(one, page_of):
    results = one()
    portrait = results.portraits["toy"]
    at = (NASTY, "Rome", "Oslo")
    effect = Effect(at, (1.0, 2.0, math.nan), (1.5, 2.5, 3.0))
    inputs = {"rooms": tuple(at[n % 3] for n in range(20)), "age": (None,) * 20}
    formulas = tuple(
        replace(f, effects={**f.effects, "rooms": effect}, shares={"rooms": 0.7}) for f in portrait.formulas
    )
    results.portraits["toy"] = replace(portrait, inputs=inputs, formulas=formulas)
    page = page_of(results)
    assert len(page.all("script")) == 1
    assert "rooms (70 %)" in page.text
    assert "Rome" in page.text
    table = worst_rows(Shown.of("toy", results), "d01")
    assert {row[3] for row in table.rows} <= set(at)
    assert {table.shown(table.columns[4], row[4]) for row in table.rows} == {"–"}


def test_a_hopeless_prediction_leaves_the_others_to_be_seen(one, page_of):
    results = one()
    portrait = results.portraits["toy"]
    far = tuple(replace(f, predicted=(1e9, *f.predicted[1:])) for f in portrait.formulas)
    results.portraits["toy"] = replace(portrait, formulas=far)
    assert "1 row lies beyond, and stands at the edge" in page_of(results).text
    axis = rows_axis(portrait.actual, far[0].predicted)
    width = max(portrait.actual) - min(portrait.actual)
    assert axis.high <= max(portrait.actual) + 0.5 * width
    assert axis.beyond == 1


def test_all_actual_values_are_within_the_picture_however_skewed_they_are():
    actual = [math.exp(n / 2) for n in range(30)]
    axis = rows_axis(actual, actual)
    assert (axis.low, axis.high, axis.beyond) == (actual[0], actual[-1], 0)


def test_the_page_shows_the_answer_first_and_all_that_belongs_to_it(one, page_of):
    page = page_of(one())
    assert "rooms (50\u00a0%), then age (50\u00a0%)" in page.source  # no line ends between a number and its sign
    wanted = (
        "This formula predicts price",
        "Predicted against actual",
        "Error by size",
        "How each input moves the answer",
        "Which inputs matter",
        "What the formula leaves",
        "The rows that it misses most",
        "For a talk",
        "Every size",
        "How the answer was found",
        "What was asked",
    )
    places = [page.text.index(text) for text in wanted]
    assert places == sorted(places)


def test_every_size_is_in_details_and_a_slider_waits_for_the_script(one, page_of):
    page = page_of(one())
    sizes = [a for a in page.all("details") if a.get("class") == "one-size"]
    (slider,) = page.all("input")
    assert (slider["type"], slider["min"], slider["max"]) == ("range", "0", str(len(sizes) - 1))
    assert [a for a in page.all("p") if a.get("class") == "slider" and "hidden" in a]
    assert len(sizes) == 3
    summaries = re.findall(r'<details class="one-size"><summary>(.*?)</summary>', page.source)
    assert [re.match(r"(\d+) nodes?: RMSE [\d.]+, R² [\d.]+", text)[1] for text in summaries] == ["1", "5", "11"]


def test_the_teacher_stands_beside_the_formula_where_there_is_one(one, page_of):
    taught, alone = page_of(one()), page_of(one("other", teacher=False))
    assert "is the teacher, which may bend" in taught.text
    assert "the teacher's from" in taught.source.replace("&#39;", "'")
    assert "is the teacher, which may bend" not in alone.text


def with_members(results, misses, spread):
    """Give the portrait of results rows that the formula misses by so much, and the spread of a teacher's members."""
    taken, portrait = results.answers["toy"].recommended, results.portraits["toy"]
    predicted = portrait.of(taken.cell.key, taken.place).predicted
    actual = tuple(said + miss for said, miss in zip(predicted, misses, strict=True))
    object.__setattr__(results, "portraits", {"toy": replace(portrait, actual=actual, spread=spread)})
    return results


SPREAD = tuple(place / 100 for place in range(100))


def test_errors_that_rise_with_the_disagreement_of_members_are_told_of_by_fifths(one, page_of):
    page = page_of(with_members(one(rows=100), [place / 10 for place in range(100)], SPREAD))
    assert "Where the formula may be trusted" in page.text
    assert "1.11 where the networks agree most, 8.97 where they agree least" in page.text
    assert "Where they agree the formula may be trusted more." in page.text


def test_an_agreement_that_tells_nothing_of_errors_is_said_to_tell_nothing(one, page_of):
    for misses in ([place % 10 for place in range(100)], [0.0] * 100):
        page = page_of(with_members(one(rows=100), misses, SPREAD))
        assert "their agreement does not tell where the formula is right" in page.text


@pytest.mark.parametrize(("rows", "spread"), [(20, SPREAD[:20]), (100, None)], ids=["few rows", "one network"])
def test_where_to_trust_takes_members_and_rows(one, page_of, rows, spread):
    page = page_of(with_members(one(rows=rows), [0.5] * rows, spread))
    assert "Where the formula may be trusted" not in page.text


def test_notes_of_machinery_stand_under_provenance(builder, page_of):
    builder.student(builder.trial(), 0.5)
    builder.cells[0] = replace(builder.cells[0], notes=("mlp: trained by the compiled engine",))
    page = page_of(builder.results())
    assert page.text.count("compiled engine") == 1
    assert page.text.rindex("Provenance") < page.text.index("compiled engine")


def test_the_formula_of_each_method_is_said_to_be_that_method_s_alone(invent, page_of):
    page = page_of(invent(seeds=1).results())
    assert "The formula of each method alone" in page.text
    assert "The best formula of each method" not in page.text
    assert "chosen by the recipe’s rule among those of all methods and sizes together" in page.text


def test_hostile_names_are_text_in_every_part_of_the_answer(invent, portrayed, page_of):
    build = invent([NASTY], seeds=1, penalties={}, columns=(NASTY, "<i>"), target="<u>")
    page = page_of(portrayed(build.results()))
    assert len(page.all("script")) == 1
    assert page.all("i") == page.all("u") == []
    assert 'predicts "<u>" from' in page.text
    assert "<u>, actual" in page.text

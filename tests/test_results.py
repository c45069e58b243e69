"""Results: what was found, what was chosen, and that the test part never has a say in it."""

import math

import pytest

from smoothdistill_core import Formula, ResultError, Results, formula_by_name, summarise
from smoothdistill_core.components import Measure, MetricFacts, Role
from smoothdistill_core.preparation import SplitFacts
from smoothdistill_core.recipe import Choose
from smoothdistill_core.results import best_formulas, formulas_by_name
from smoothdistill_core.scaling import Feature, Scaling
from smoothdistill_core.store import Cell, CellRecord, TrialRecord
from smoothdistill_core.trial import FrontEntry
from smoothdistill_scores.accuracy import R2
from smoothdistill_scores.smoothness import JacobianNorm

NAN = math.nan
FACTS = SplitFacts(
    Scaling((Feature("age", None, 0.0, 1.0, -2.0, 2.0),), "y", "none", 0.0, 1.0),
    (),
    {"train": 300, "validation": 100, "test": 100},
)
SHORT = Formula.variable(0)
LONG = Formula.apply("add", SHORT, SHORT)
METRICS = tuple(metric().facts() for metric in (R2, JacobianNorm))


def scores(validation=NAN, test=NAN, train=NAN, steepness=NAN, **test_scores):
    """Return R2 on each part, the smoothness (alike on all parts), and other scores of the test part."""
    r2 = {("train", "r2"): train, ("validation", "r2"): validation, ("test", "r2"): test}
    steep = {(part, "jacobian_norm"): steepness for part in ("train", "validation", "test")}
    return r2 | steep | {("test", metric): value for metric, value in test_scores.items()}


def entries(formulas, found, poles=(), errors=()):
    poles = poles or [""] * len(formulas)
    return tuple(FrontEntry(f, s, f, f, pole, errors) for f, s, pole in zip(formulas, found, poles, strict=True))


class Bench:
    """Builds a run cell by cell."""

    def __init__(self):
        self.cells = []
        self.trials = {}
        self.metrics = METRICS

    def record(self, role, seed, dataset, state, scores=None, front=(), **cell):
        trial = f"{dataset}-{seed}"
        self.trials[trial] = TrialRecord(trial, dataset, 0, seed, FACTS)
        found = Cell(f"cell-{len(self.cells)}", trial, role, **cell)
        reason = "no luck" * (state == "failed")
        self.cells.append(CellRecord(found, state, reason, scores=scores or {}, front=front))
        return found

    def student(
        self, found, seed=0, student="gp", dataset="toy", formulas=(SHORT,), state="done", poles=(), errors=(), **cell
    ):
        front = entries(formulas, found if isinstance(found, list) else [found], poles, errors)
        role = Role.TAUGHT if "teacher" in cell else Role.BASELINE if student == "linear" else Role.DIRECT
        return self.record(role, seed, dataset, state, front=front, student=student, **cell)

    def taught(self, penalty, strength, teacher_scores, found, seed=0, student="gp", teacher_state="done", **more):
        """Record a teacher and a student that imitates it."""
        labels = {"teacher": more.pop("teacher", "mlp"), "regularizer": penalty, "strength": strength}
        dataset = more.get("dataset", "toy")
        cell = self.record(Role.TEACHER, seed, dataset, teacher_state, teacher_scores, **labels)
        return self.student(found, seed, student, teacher_cell=cell.key, **labels, **more)

    def results(self, rule="best", part="validation", **options):
        choose = Choose(rule=rule, part=part, **options)
        return Results("bench", None, choose, self.trials, tuple(self.cells), metrics=self.metrics)


@pytest.fixture
def bench():
    return Bench()


def choices(results):
    return [(label, outcome.student, outcome.strength) for label, outcome in results.chosen]


def test_a_student_on_the_data_is_direct_and_a_baseline_has_its_own_name(bench):
    bench.student(scores(0.1))
    bench.student(scores(0.2), student="linear")
    bench.taught("jacobian", 0.5, scores(0.6), scores(0.3))
    assert [(o.penalty, o.student, o.teacher, o.strength) for o in bench.results().outcomes] == [
        ("direct", "gp", "", 0.0),
        ("linear", "linear", "", 0.0),
        ("jacobian", "gp", "mlp", 0.5),
    ]


def test_an_outcome_knows_its_scores_its_teachers_and_its_names(bench):
    bench.taught("jacobian", 0.5, scores(0.6, 0.7), scores(0.3, 0.4, fidelity=0.9), formulas=(LONG,))
    (outcome,) = bench.results().outcomes
    assert (outcome.score("r2"), outcome.score("r2", "validation"), outcome.score("fidelity")) == (0.4, 0.3, 0.9)
    assert (outcome.teacher_score("r2"), outcome.teacher_score("r2", "validation")) == (0.7, 0.6)
    assert math.isnan(outcome.score("mae"))
    assert math.isnan(outcome.teacher_score("mae"))
    assert outcome.text == "age + age"


def test_only_finished_students_of_finished_teachers_are_outcomes(bench):
    bench.student(scores(), state="planned")
    bench.student(scores(), state="failed", student="other")
    bench.taught("jacobian", 0.1, scores(0.5), scores(0.5), teacher_state="planned")
    bench.taught("jacobian", 0.5, scores(0.5), scores(0.5), state="failed")
    assert bench.results().outcomes == ()


@pytest.mark.parametrize(
    ("front", "part", "winner"),
    [
        ([scores(0.1, 0.9), scores(0.2, 0.1)], "validation", 1),
        ([scores(0.3, 0.1), scores(0.2, 0.9)], "validation", 0),
        ([scores(0.9, train=0.1), scores(0.1, train=0.2)], "train", 1),
        ([scores(NAN), scores(-5.0)], "validation", 1),
        ([scores(-math.inf), scores(-5.0)], "validation", 1),
        ([scores(0.2), scores(0.2)], "validation", 0),
    ],
)
def test_of_a_front_the_best_on_the_judged_part_counts_and_the_simpler_of_equals(bench, front, part, winner):
    formulas = (SHORT, LONG)
    bench.student(front, formulas=formulas)
    bench.student(front[::-1], formulas=formulas[::-1], student="reversed")
    outcomes = bench.results(part=part).outcomes
    assert [outcome.formula for outcome in outcomes] == [formulas[winner]] * 2


LONGER = Formula.apply("add", LONG, LONG)
LONGEST = Formula.apply("add", LONGER, LONGER)
FRONT = (SHORT, LONG, LONGER, LONGEST)  # 1, 3, 7 and 15 nodes


@pytest.mark.parametrize(
    ("options", "r2", "winner"),
    [
        ({"formula": "best"}, (0.1, 0.5, 0.59, 0.6), 3),
        ({"formula": "simplest"}, (0.1, 0.5, 0.59, 0.6), 2),
        ({"formula": "simplest", "within": 0.2}, (0.1, 0.5, 0.59, 0.6), 1),
        ({"formula": "simplest", "within": 0.0}, (0.1, 0.5, 0.59, 0.6), 3),
        ({"formula": "simplest"}, (NAN, 0.5, 0.7, 0.6), 2),
        ({"formula": "knee"}, (0.1, 0.5, 0.59, 0.6), 1),
        ({"formula": "knee"}, (0.1, 0.2, 0.59, 0.6), 2),
        ({"formula": "knee"}, (0.6, 0.5, 0.4, 0.3), 0),
        ({"formula": "description_length"}, (0.1, 0.5, 0.5001, 0.5002), 1),
        ({"formula": "description_length"}, (0.1, 0.1, 0.1, 0.99999999), 3),
    ],
)
def test_the_rule_chooses_a_formula_of_the_front(bench, options, r2, winner):
    bench.student([scores(value) for value in r2], formulas=FRONT)
    (outcome,) = bench.results(**options).outcomes
    assert outcome.formula == FRONT[winner]
    assert len(outcome.front) == 4


@pytest.mark.parametrize(("poles", "winner"), [("forbid", 1), ("warn", 2), ("allow", 2)])
def test_a_formula_with_a_pole_gives_way_to_the_next_and_is_remembered(bench, poles, winner):
    front = [scores(0.1), scores(0.5), scores(0.9)]
    bench.student(front, formulas=FRONT[:3], poles=("", "", "1/age"))
    results = bench.results(poles=poles)
    (outcome,) = results.outcomes
    assert outcome.formula == FRONT[winner]
    assert (outcome.passed_over is None) == (poles != "forbid")
    if poles == "forbid":
        assert outcome.passed_over.pole == "1/age"


def test_a_student_all_of_whose_formulas_have_poles_has_none_and_is_named(bench):
    bench.student([scores(0.5), scores(0.9)], formulas=FRONT[:2], poles=("1/age", "log(age)"))
    bench.student(scores(0.2), student="linear")
    results = bench.results()
    assert [outcome.student for outcome in results.outcomes] == ["linear"]
    assert [record.cell.student for record in results.without_formula] == ["gp"]
    assert bench.results(poles="allow").without_formula == ()


SURELY, PERHAPS = (0.5, 0.6, 0.4, 0.55), (1.4, 0.2, 1.5, 0.3)
"""Errors on blocks of rows, where those of the baseline are 1: lower on each, or lower in the mean by luck."""


@pytest.mark.parametrize(("errors", "winner"), [(SURELY, "gp"), (PERHAPS, "linear"), ((2.0,) * 4, "linear")])
def test_a_formula_is_recommended_that_beats_the_baseline_by_more_than_chance(bench, errors, winner):
    bench.student(scores(0.5), student="linear", errors=(1.0,) * 4)
    bench.taught("jacobian", 0.1, scores(0.5), scores(0.6), errors=errors)
    (outcome,) = bench.results().recommended
    assert outcome.student == winner
    assert formula_by_name(bench.results()).student == winner


def test_a_worse_formula_is_not_recommended(bench):
    bench.student(scores(0.5), student="linear", errors=(1.0,) * 4)
    bench.student(scores(0.4), errors=SURELY)
    bench.taught("jacobian", 0.1, scores(0.5), scores(0.1), errors=SURELY)
    assert [outcome.student for outcome in bench.results().recommended] == ["linear"]


@pytest.mark.parametrize("options", [{"part": "train"}, {"score": "fidelity"}])
def test_without_paired_errors_the_best_is_recommended(bench, options):
    good = scores(0.6, train=0.6) | {("validation", "fidelity"): 0.9}
    bench.student(scores(0.5, train=0.5), student="linear", errors=(1.0,) * 4)
    bench.taught("jacobian", 0.1, scores(0.5), good, errors=PERHAPS)
    assert [outcome.student for outcome in bench.results(**options).recommended] == ["gp"]


def test_formulas_can_be_judged_by_their_fidelity(bench):
    loyal = scores(0.1) | {("validation", "fidelity"): 0.9}
    right = scores(0.9) | {("validation", "fidelity"): 0.1}
    bench.taught("jacobian", 0.1, scores(0.5), [loyal, right], formulas=(SHORT, LONG))
    assert bench.results(score="fidelity").outcomes[0].formula == SHORT
    assert bench.results(score="r2").outcomes[0].formula == LONG


def test_a_formula_is_selected_by_what_people_call_it(bench):
    two_seeds(bench)
    results = bench.results()
    assert set(formulas_by_name(results, "toy")) == {
        "best",
        "direct",
        "linear",
        "none",
        "jacobian 0.1",
        "jacobian 0.5",
        "jacobian",
    }
    assert formula_by_name(results).penalty == "jacobian"
    assert formula_by_name(results, "toy", "linear").student == "linear"
    assert formula_by_name(results, choice="jacobian 0.5").strength == 0.5
    assert formula_by_name(results, choice="jacobian") is formula_by_name(results, choice="jacobian 0.1")


@pytest.mark.parametrize(
    ("dataset", "choice", "message"),
    [
        ("toys", "best", "no formula for a dataset 'toys'; did you mean 'toy'"),
        ("toy", "jacobain", "no choice 'jacobain'; did you mean 'jacobian'"),
        ("toy", "jacobian 0.3", "no choice 'jacobian 0.3'; did you mean 'jacobian 0.[15]'"),
        (None, "best", "several datasets; choose one: toy, wine"),
    ],
)
def test_a_formula_that_is_not_there_is_named_with_those_that_are(bench, dataset, choice, message):
    two_seeds(bench)
    bench.student(scores(0.5), dataset="wine")
    with pytest.raises(ResultError, match=message):
        formula_by_name(bench.results(), dataset, choice)


def test_of_a_run_that_found_nothing_nothing_can_be_selected(bench):
    bench.student(scores(), state="planned")
    with pytest.raises(ResultError, match="no formula yet"):
        formula_by_name(bench.results())


@pytest.mark.parametrize(("part", "strengths"), [("validation", (0.5, 0.1)), ("train", (0.1, 0.5))])
def test_the_best_strength_of_each_penalty_is_chosen_on_the_named_part(bench, part, strengths):
    bench.taught("jacobian", 0.1, scores(0.9, 0.9), scores(validation=0.2, train=0.6, test=0.9))
    bench.taught("jacobian", 0.5, scores(0.1, 0.1), scores(validation=0.4, train=0.5, test=0.1))
    bench.taught("lipschitz", 0.1, scores(0.1, 0.1), scores(validation=0.7, train=0.2, test=0.1))
    bench.taught("lipschitz", 0.5, scores(0.9, 0.9), scores(validation=0.6, train=0.3, test=0.9))
    assert choices(bench.results(part=part)) == [
        ("jacobian", "gp", strengths[0]),
        ("lipschitz", "gp", strengths[1]),
    ]


@pytest.mark.parametrize("rule", ["best", "sweet_spot"])
@pytest.mark.parametrize("part", ["train", "validation"])
def test_the_test_part_has_no_say(bench, rule, part):
    def choose(*test_scores):
        bench = Bench()
        better, worse, direct = test_scores
        bench.student(scores(0.2, direct, 0.2, steepness=2.0))
        bench.taught("jacobian", 0.1, scores(0.5, worse, 0.5, steepness=1.0), scores(0.3, better, 0.3))
        bench.taught("jacobian", 0.5, scores(0.5, better, 0.5, steepness=1.0), scores(0.4, worse, 0.4))
        return choices(bench.results(rule, part))

    assert choose(0.9, 0.1, 0.5) == choose(0.1, 0.9, 0.5) == choose(NAN, NAN, 1.0)
    assert [strength for _, _, strength in choose(0.9, 0.1, 0.5)] == [0.5]


def test_each_seed_student_and_teacher_chooses_for_itself(bench):
    for seed, student, teacher, winner in [(0, "gp", "mlp", 0.1), (0, "op", "mlp", 0.5), (1, "gp", "forest", 0.5)]:
        for strength in (0.1, 0.5):
            found = scores(1.0 if strength == winner else 0.0)
            bench.taught("jacobian", strength, scores(0.5), found, seed, student, teacher=teacher)
    assert choices(bench.results()) == [("jacobian", "gp", 0.1), ("jacobian", "op", 0.5), ("jacobian", "gp", 0.5)]


@pytest.mark.parametrize("rule", ["best", "sweet_spot"])
def test_strength_0_is_never_chosen(bench, rule):
    bench.student(scores(0.1, steepness=2.0))
    bench.taught("none", 0.0, scores(0.9, steepness=0.1), scores(0.9))
    bench.taught("jacobian", 0.0, scores(0.9, steepness=0.1), scores(0.9))
    assert bench.results(rule).chosen == ()
    bench.taught("jacobian", 0.1, scores(0.5, steepness=1.0), scores(0.2))
    assert [strength for _, _, strength in choices(bench.results(rule))] == [0.1]


def test_a_score_that_is_no_number_never_wins(bench):
    bench.taught("jacobian", 0.1, scores(0.5), scores(NAN))
    bench.taught("jacobian", 0.3, scores(0.5), scores(-3.0))
    bench.taught("jacobian", 0.5, scores(0.5), scores(NAN))
    assert choices(bench.results()) == [("jacobian", "gp", 0.3)]
    assert best_formulas(bench.results())["toy"].strength == 0.3


def test_the_sweet_spot_beats_direct_in_accuracy_and_in_smoothness(bench):
    bench.student(scores(0.5, steepness=1.0))
    bench.student(scores(0.99, steepness=0.01), student="linear")
    bench.taught("jacobian", 0.1, scores(0.9, steepness=1.5), scores(0.9))
    bench.taught("jacobian", 0.3, scores(0.8, steepness=0.8), scores(0.6))
    bench.taught("lipschitz", 0.5, scores(0.7, steepness=0.6), scores(0.7))
    bench.taught("jacobian", 1.0, scores(0.4, steepness=0.1), scores(0.8))
    assert choices(bench.results("sweet_spot")) == [("sweet spot", "gp", 0.5)]


@pytest.mark.parametrize(
    "teacher",
    [
        scores(0.5, steepness=0.5),
        scores(0.9, steepness=1.0),
        scores(0.4, steepness=0.5),
        scores(0.9, steepness=1.1),
        scores(NAN, steepness=0.5),
        scores(0.9, steepness=NAN),
    ],
)
def test_without_a_teacher_that_beats_direct_there_is_no_sweet_spot(bench, teacher):
    bench.student(scores(0.5, steepness=1.0))
    bench.taught("jacobian", 0.1, teacher, scores(0.99))
    assert bench.results("sweet_spot").chosen == ()


def test_the_sweet_spot_goes_by_what_the_recipes_metrics_say_of_themselves(bench):
    bench.metrics = (
        MetricFacts("rmse", "lower", Measure.ACCURACY, "error", "kg", "both"),
        *METRICS,
        MetricFacts("calmness", "higher", Measure.SMOOTHNESS, "calm", "", "both"),
    )

    def scored(r2, rmse, steepness, calmness):
        extra = {(part, "rmse"): rmse for part in ("validation", "test")}
        extra |= {(part, "calmness"): calmness for part in ("validation", "test")}
        return scores(r2, steepness=steepness) | extra

    bench.student(scored(0.5, 2.0, 1.0, 1.0))
    bench.taught("jacobian", 0.1, scored(0.9, 3.0, 0.5, 2.0), scores(0.9))  # less accurate by the first metric
    bench.taught("jacobian", 0.3, scored(0.1, 1.0, 0.5, 0.5), scores(0.8))
    bench.taught("jacobian", 0.5, scored(0.9, 1.0, 1.5, 2.0), scores(0.7))
    assert choices(bench.results("sweet_spot")) == [("sweet spot", "gp", 0.3)]
    bench.metrics = (bench.metrics[0], bench.metrics[-1])
    assert choices(bench.results("sweet_spot")) == [("sweet spot", "gp", 0.5)]


def test_a_sweet_spot_is_judged_against_direct_of_the_same_seed_and_student(bench):
    bench.student(scores(0.9, steepness=1.0), seed=0)
    bench.student(scores(0.1, steepness=1.0), seed=1)
    bench.student(scores(0.1, steepness=1.0), seed=0, student="op")
    for seed, student in [(0, "gp"), (1, "gp"), (0, "op"), (1, "op")]:
        bench.taught("jacobian", 0.1, scores(0.5, steepness=0.5), scores(0.4), seed, student)
    found = [(outcome.trial.seed, outcome.student) for _, outcome in bench.results("sweet_spot").chosen]
    assert found == [(1, "gp"), (0, "op")]


def two_seeds(bench):
    for seed, shift in [(0, 0.0), (1, 0.2)]:
        bench.student(scores(0.1, 0.1 + shift, steepness=3.0 + shift), seed)
        bench.student(scores(0.1, 0.2 + shift, steepness=1.0), seed, "linear", formulas=(LONG,))
        bench.taught("none", 0.0, scores(0.8, 0.8, steepness=5.0), scores(0.4, 0.4 + shift, fidelity=0.6), seed)
        better = scores(0.6 + shift, 0.6 + shift, fidelity=0.8 + shift / 2)
        formulas = (SHORT,) if seed == 0 else (LONG,)
        teacher = scores(0.7, 0.7 - shift, steepness=2.0 + shift)
        bench.taught("jacobian", 0.1, teacher, better, seed, formulas=formulas)
        bench.taught("jacobian", 0.5, scores(0.5, 0.5, steepness=1.0), scores(0.5, 0.95, fidelity=0.9), seed)


def test_the_summary_has_baselines_then_strengths_then_choices(bench):
    two_seeds(bench)
    lines = summarise(bench.results())
    assert [(line.penalty, line.strength, line.student, line.teacher, line.trials) for line in lines] == [
        ("direct", "", "gp", "", 2),
        ("linear", "", "linear", "", 2),
        ("none", "", "gp", "mlp", 2),
        ("jacobian", 0.1, "gp", "mlp", 2),
        ("jacobian", 0.5, "gp", "mlp", 2),
        ("jacobian", "chosen", "gp", "mlp", 2),
        ("best", "chosen", "", "", 2),
    ]


def test_a_line_holds_what_a_recipe_scores_beyond_the_usual(bench):
    for seed, sparkle in enumerate((0.25, 0.75)):
        bench.student({**scores(0.5), ("test", "sparkle"): sparkle}, seed=seed)
    (line, _) = summarise(bench.results())
    assert line.others == {"sparkle": 0.5}


def test_a_line_holds_means_over_the_trials_of_the_test_part(bench):
    two_seeds(bench)
    line = summarise(bench.results())[3]
    assert line.teacher_r2 == pytest.approx((0.7 + 0.5) / 2)
    assert line.smoothness == pytest.approx((2.0 + 2.2) / 2)
    assert line.r2 == pytest.approx((0.6 + 0.8) / 2)
    assert line.fidelity == pytest.approx((0.8 + 0.9) / 2)
    assert line.complexity == pytest.approx((1 + 3) / 2)
    assert (line.formula, line.formula_seed) == ("age + age", 1)


def test_a_line_without_a_teacher_has_its_own_smoothness(bench):
    two_seeds(bench)
    line = summarise(bench.results())[0]
    assert line.smoothness == pytest.approx((3.0 + 3.2) / 2)
    assert math.isnan(line.teacher_r2)
    assert math.isnan(line.fidelity)


def test_the_chosen_line_holds_what_each_trial_chose(bench):
    bench.taught("jacobian", 0.1, scores(0.5, 0.1), scores(0.9, 0.3), seed=0)
    bench.taught("jacobian", 0.5, scores(0.5, 0.9), scores(0.1, 0.8), seed=0)
    bench.taught("jacobian", 0.1, scores(0.5, 0.9), scores(0.1, 0.8), seed=1)
    bench.taught("jacobian", 0.5, scores(0.5, 0.3), scores(0.8, 0.5), seed=1)
    line = summarise(bench.results())[-2]
    assert (line.strength, line.trials, line.formula_seed) == ("chosen", 2, 0)
    assert (line.r2, line.teacher_r2) == (pytest.approx(0.4), pytest.approx(0.2))


def test_a_strength_that_failed_once_keeps_its_place_and_says_how_many_trials_it_has(bench):
    bench.taught("jacobian", 0.1, scores(0.5), scores(0.5), seed=0, state="failed")
    bench.taught("jacobian", 0.5, scores(0.5), scores(0.5), seed=0)
    bench.taught("jacobian", 0.1, scores(0.5), scores(0.5), seed=1)
    bench.taught("jacobian", 0.5, scores(0.5), scores(0.5), seed=1)
    lines = [(line.strength, line.trials) for line in summarise(bench.results())]
    assert lines == [(0.1, 1), (0.5, 2), ("chosen", 2), ("chosen", 2)]


def test_datasets_are_summarised_one_after_the_other(bench):
    for dataset, shift in [("wine", 0.0), ("tea", 0.1)]:
        bench.student(scores(0.3 + shift, 0.3 + shift), dataset=dataset)
        bench.taught("jacobian", 0.1, scores(0.9), scores(0.1 + 5 * shift, 0.1), dataset=dataset, formulas=(LONG,))
    lines = summarise(bench.results())
    assert [line.dataset for line in lines] == ["wine"] * 4 + ["tea"] * 4
    assert {dataset: outcome.penalty for dataset, outcome in best_formulas(bench.results()).items()} == {
        "wine": "direct",
        "tea": "jacobian",
    }


def test_the_best_formula_is_the_best_on_the_judged_part(bench):
    bench.student(scores(validation=0.9, test=0.1, train=0.1))
    bench.taught("jacobian", 0.1, scores(0.9), scores(validation=0.1, test=0.9, train=0.9))
    assert best_formulas(bench.results())["toy"].penalty == "direct"
    assert best_formulas(bench.results(part="train"))["toy"].penalty == "jacobian"


def test_a_run_is_complete_when_every_cell_was_run(bench):
    bench.student(scores(0.1))
    bench.student(scores(), student="other", state="failed")
    assert bench.results().complete
    assert [record.reason for record in bench.results().failed] == ["no luck"]
    bench.student(scores(), student="third", state="planned")
    assert not bench.results().complete


def test_a_run_that_found_nothing_has_an_empty_summary(bench):
    bench.student(scores(), state="planned")
    results = bench.results("sweet_spot")
    assert (results.outcomes, results.chosen, summarise(results), best_formulas(results)) == ((), (), [], {})


@pytest.mark.parametrize(("standard_errors", "winner"), [(1.9, "linear"), (2.1, "gp"), (-3.0, "linear")])
@pytest.mark.parametrize("blocks", [2, 8])
def test_a_formula_has_to_beat_the_baseline_by_two_standard_errors_of_the_mean(bench, blocks, standard_errors, winner):
    spread = 0.1
    error = spread / (blocks - 1) ** 0.5  # of the mean of values that lie ``spread`` above or below it
    lead = standard_errors * error
    found = tuple(1.0 - lead + spread * (-1) ** block for block in range(blocks))
    bench.student(scores(0.5), student="linear", errors=(1.0,) * blocks)
    bench.student(scores(0.6), errors=found)
    assert [outcome.student for outcome in bench.results().recommended] == [winner]


@pytest.mark.parametrize(
    ("ours", "theirs"), [((), ()), ((2.0,), (1.0,)), ((2.0, 2.0), (1.0, 1.0, 1.0)), ((2.0, 2.0), (1.0, NAN))]
)
def test_errors_that_tell_nothing_of_chance_leave_the_best_formula(bench, ours, theirs):
    bench.student(scores(0.5), student="linear", errors=theirs)
    bench.student(scores(0.6), errors=ours)
    assert [outcome.student for outcome in bench.results().recommended] == ["gp"]


def test_a_method_without_a_score_says_why(bench):
    bench.student([scores(0.5)], formulas=(SHORT,), poles=("1/age",))
    bench.student([], student="empty", formulas=())
    bench.student(scores(0.1), student="unfinished", state="planned")
    bench.student(scores(0.1), student="linear")
    bench.taught("jacobian", 0.1, scores(0.5), scores(0.5, 0.5), teacher_state="failed")
    bench.taught("lipschitz", 0.1, scores(0.5), scores(0.5, 0.5), state="failed")
    why = {
        (method.label, method.student): why
        for method, given in bench.results().scores_of_methods("r2").items()
        for why in given.values()
    }
    assert why == {
        ("direct", "gp"): "each of its formulas has a pole",
        ("direct", "empty"): "it has no formula",
        ("direct", "unfinished"): "not run yet",
        ("linear", "linear"): "its r2 is nan",
        ("jacobian", "gp"): "its teacher has no result",
        ("lipschitz", "gp"): "no luck",
    }


def test_the_knee_lies_above_the_line_that_counts_nodes_from_the_simplest(bench):
    bench.student([scores(value) for value in (0.0, 0.4, 0.67, 1.0)], formulas=FRONT)
    (outcome,) = bench.results(formula="knee").outcomes
    assert outcome.formula == FRONT[1]


def test_of_formulas_of_one_size_the_knee_is_the_best(bench):
    bench.student([scores(0.2), scores(0.6)], formulas=(SHORT, Formula.constant(2.0)))
    (outcome,) = bench.results(formula="knee").outcomes
    assert outcome.formula == Formula.constant(2.0)

"""A trial: scores are exact where the model is, formulas are verified, and nothing a plugin does raises."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from smoothdistill_core import (
    Candidate,
    Dataset,
    Formula,
    Metric,
    Regularizer,
    Student,
    Table,
    Teacher,
    TrainedTeacher,
)
from smoothdistill_core.preparation import fingerprint, prepare
from smoothdistill_core.recipe import Distil, Prepare
from smoothdistill_core.trial import (
    Failure,
    Trial,
    distil_student,
    finite_differences,
    score,
    score_all,
    train_teachers,
)


class Plane(Dataset):
    """y = a - 2 * b on thirty rows."""

    name = "plane"

    def load(self):
        rng = np.random.default_rng(0)
        a, b = rng.normal(size=(2, 30))
        return Table(pd.DataFrame({"a": a, "b": b, "y": a - 2 * b}), "y")


class Unregularized(Regularizer):
    """Nothing."""

    name = "none"
    strengths = ()


class Product(TrainedTeacher):
    """Predicts factor * x0 * x1; knows its gradient if it is ``exact``."""

    notes = ("made by hand",)

    def __init__(self, factor=1.0, exact=True):
        self.factor, self.exact = factor, exact
        self.gradients = self.predictions = 0

    def predict(self, X):
        self.predictions += 1
        return self.factor * X[:, 0] * X[:, 1]

    def gradient(self, X):
        self.gradients += 1
        return self.factor * X[:, [1, 0]] if self.exact else None

    def save(self):
        return repr(self.factor).encode()


class Tall(Product):
    """Predicts a column instead of a vector."""

    def predict(self, X):
        return super().predict(X)[:, None]


class Unsavable(Product):
    """Cannot be saved."""

    def save(self):
        raise OSError("no paper")


class Workshop(Teacher):
    """Makes products as strong as asked, or misbehaves: in some moods where the strength is 0 alone."""

    name = "workshop"
    mood: str = "good"

    def train(self, jobs):
        if self.mood == "raises":
            raise RuntimeError("out of\nsteam")
        odd = {"nan": lambda _: Product(np.nan), "tall": Tall, "unsavable": Unsavable}.get(self.mood, Product)
        made = [(Product if job.strength else odd)(job.strength) for job in jobs]
        return made[1:] if self.mood == "lazy" else made

    def load(self, data):
        return Product(float(data))


def product(factor=1.0):
    return Formula.apply("mul", Formula.constant(factor), Formula.apply("mul", *map(Formula.variable, (0, 1))))


PLAIN = Distil(extra="none", refit="none")


def distilled(*arguments, distil=PLAIN, **options):
    """Distil as the paper does."""
    return distil_student(*arguments, distil=distil, **options)


def found(result):
    """Return the formulas of a student's result, each with its scores."""
    return [(entry.formula, entry.scores) for entry in result.front]


def honest(formula):
    return Candidate(formula, formula.predict)


class Scholar(Student):
    """Returns the product as steep as what it imitates, or misbehaves."""

    name = "scholar"
    mood: str = "good"

    def distil(self, task):
        basis = task.X[:, 0] * task.X[:, 1]
        found = product(float(basis @ task.y / (basis @ basis)))
        if self.mood == "raises":
            raise ValueError("not today")
        if self.mood == "scribbles":
            task.X[:] = task.y[:] = 0.0
        moods = {
            "empty": [],
            "nothing": None,
            "wrong": [Candidate(found, product(3.0).predict)],
            "generator": (honest(formula) for formula in [found]),
            "greedy": [honest(Formula.variable(7))],
            "front": [honest(Formula.variable(0)), honest(found)],
            "twice": [honest(found), honest(Formula.variable(0)), honest(found)],
            "half": [honest(Formula.apply("mul", Formula.constant(0.5), found))],
            "pole": [honest(Formula.apply("inverse", Formula.variable(1)))],
        }
        return moods.get(self.mood, [honest(found)])


class Steepness(Metric):
    """The mean norm of the gradient."""

    name = "steepness"
    direction = "lower"

    def score(self, context):
        return np.linalg.norm(context.gradient(), axis=1).mean()


class Steepest(Steepness):
    """The largest norm of the gradient."""

    name = "steepest"

    def score(self, context):
        return np.linalg.norm(context.gradient(), axis=1).max()


class Error(Metric):
    """The mean absolute error in the data's own units."""

    name = "error"
    direction = "lower"

    def score(self, context):
        return np.abs(context.restore(context.y) - context.restore(context.prediction)).mean()


class Likeness(Metric):
    """The mean distance from the teacher, where there is one."""

    name = "likeness"
    direction = "lower"

    def score(self, context):
        if context.teacher_prediction is None:
            return None
        return np.abs(context.prediction - context.teacher_prediction).mean()


METRICS = (Steepness(), Steepest(), Error(), Likeness())


@pytest.fixture
def trial():
    return Trial(Plane(), fingerprint(Plane().load()), Prepare(), 0)


@pytest.fixture
def split():
    return prepare(Plane().load(), Prepare(), 0)


def test_a_formula_is_scored_on_every_part(split):
    scores = score(Formula.variable(0), split, METRICS)
    assert set(scores) == {(part, metric) for part in split.parts for metric in ("steepness", "steepest", "error")}
    assert all(type(value) is float for value in scores.values())
    for part, rows in split.parts.items():
        assert scores[part, "steepness"] == 1.0
        error = np.abs(rows.y - rows.X[:, 0]).mean() * split.facts.scaling.scale
        assert scores[part, "error"] == pytest.approx(error)


def test_a_score_without_a_meaning_is_left_out(split):
    assert ("test", "likeness") not in score(Product(), split, METRICS)
    assert score(product(), split, METRICS, teacher=Product())["test", "likeness"] == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("law", [None, Formula.linear([1.0, -2.0], 0.0)])
def test_metrics_are_told_the_scaling_and_the_law_of_the_data(law):
    class Distance(Metric):
        """How far the law is from the data, in the data's own units."""

        name = "distance"
        direction = "lower"

        def score(self, context):
            if context.law is None:
                return None
            wanted = context.law.predict(context.scaling.raw(context.X))
            return float(np.abs(context.restore(context.y) - wanted).max())

    split = prepare(dataclasses.replace(Plane().load(), law=law), Prepare(), 0)
    scores = score(product(), split, [Distance()])
    assert (
        scores == {}
        if law is None
        else scores == pytest.approx({(part, "distance"): 0.0 for part in split.parts}, abs=1e-12)
    )


def test_one_metric_with_two_options_gives_two_scores(split):
    class Range(Metric):
        """How far an input reaches."""

        name = "range"
        direction = "lower"
        feature: int = 0

        def score(self, context):
            return float(np.ptp(context.X[:, self.feature]))

    scores = score(product(), split, [Range(), Range(feature=1)])
    X = split.parts["test"].X
    assert scores["test", "range"] == np.ptp(X[:, 0])
    assert scores["test", "range(feature=1)"] == np.ptp(X[:, 1])


def test_an_exact_gradient_is_used_and_asked_for_once_a_part(split):
    model = Product()
    scores = score(model, split, METRICS)
    X = split.parts["test"].X
    assert scores["test", "steepness"] == np.linalg.norm(X, axis=1).mean()
    assert scores["test", "steepest"] == np.linalg.norm(X, axis=1).max()
    assert (model.gradients, model.predictions) == (3, 3)


def test_a_model_without_a_gradient_gets_finite_differences(split):
    model = Product(exact=False)
    scores = score(model, split, METRICS)
    X = split.parts["test"].X
    assert scores["test", "steepness"] == pytest.approx(np.linalg.norm(X, axis=1).mean(), rel=1e-8)
    assert model.predictions == 3 * (1 + 2 * X.shape[1])


def test_nobody_differentiates_for_metrics_that_do_not_ask(split):
    model = Product(exact=False)
    score(model, split, [Error()])
    assert (model.gradients, model.predictions) == (0, 3)


def test_finite_differences_are_close_to_the_gradient():
    X = np.random.default_rng(1).normal(size=(50, 3))
    gradient = finite_differences(lambda X: np.sin(X[:, 0]) * X[:, 1] ** 2, X)
    exact = np.column_stack([np.cos(X[:, 0]) * X[:, 1] ** 2, 2 * np.sin(X[:, 0]) * X[:, 1], np.zeros(50)])
    np.testing.assert_allclose(gradient, exact, atol=1e-6)


def sweep(*strengths):
    return [(Unregularized(), strength) for strength in strengths]


def test_teachers_come_back_in_the_order_of_the_sweep(trial, split):
    results = train_teachers(trial, Workshop(), sweep(2.0, 1.0), METRICS)
    assert [result.weights for result in results] == [b"2.0", b"1.0"]
    assert results[0].scores == score(Product(2.0), split, METRICS)
    assert results[0].scores["test", "steepness"] == pytest.approx(2 * results[1].scores["test", "steepness"])
    assert results[0].notes == ("made by hand",)
    assert results[0].facts == split.facts


@pytest.mark.parametrize(
    ("mood", "reason"),
    [
        ("raises", "teacher 'workshop': RuntimeError: out of steam"),
        ("lazy", "teacher 'workshop' returned 1 results for 2 jobs"),
    ],
)
def test_a_training_that_fails_fails_for_the_whole_sweep(trial, mood, reason):
    results = train_teachers(trial, Workshop(mood=mood), sweep(1.0, 2.0), METRICS)
    assert [result.reason for result in results] == [reason, reason]


@pytest.mark.parametrize(
    ("mood", "reason"),
    [
        (
            "nan",
            "the teacher's predictions are not finite: one that was trained diverged (lower its learning rate), a "
            "given model has no answer there",
        ),
        ("tall", "teacher 'workshop' predicts the shape (18, 1) for 18 rows"),
        ("unsavable", "teacher 'workshop': OSError: no paper"),
    ],
)
def test_a_teacher_that_fails_leaves_its_neighbours_alone(trial, mood, reason):
    failed, fine = train_teachers(trial, Workshop(mood=mood), sweep(0.0, 1.0), METRICS)
    assert isinstance(failed, Failure)
    assert failed.reason == reason
    assert fine.weights == b"1.0"


class Strict(Steepness):
    """Raises."""

    name = "strict"

    def score(self, context):
        raise ArithmeticError("cannot count")


def test_a_metric_that_raises_is_a_failure(trial):
    (failed,) = train_teachers(trial, Workshop(), sweep(1.0), [Strict()])
    assert failed.reason == "metric 'strict': ArithmeticError: cannot count"
    assert distilled(trial, Scholar(), [Strict()]).reason == "metric 'strict': ArithmeticError: cannot count"


def test_a_student_imitates_its_teacher(trial, split):
    result = distilled(trial, Scholar(), METRICS, Workshop(), b"2.5")
    ((formula, scores),) = found(result)
    np.testing.assert_allclose(formula.predict(split.parts["test"].X), Product(2.5).predict(split.parts["test"].X))
    assert scores["test", "likeness"] == pytest.approx(0.0, abs=1e-12)
    assert result.facts == split.facts


def test_a_student_without_a_teacher_fits_the_data(trial, split):
    ((formula, scores),) = found(distilled(trial, Scholar(), METRICS))
    X, y = split.parts["train"].X, split.parts["train"].y
    basis = X[:, 0] * X[:, 1]
    np.testing.assert_allclose(formula.predict(X), basis * (basis @ y) / (basis @ basis))
    assert ("test", "likeness") not in scores


class Witness(Student):
    """Remembers its task."""

    name = "witness"

    def distil(self, task):
        SEEN.append(task)
        return [honest(Formula.variable(0))]


SEEN = []


def test_a_student_is_told_the_seed_the_threads_and_the_teacher(trial):
    SEEN.clear()
    distilled(dataclasses.replace(trial, seed=3), Witness(), [], Workshop(), b"2.0", threads=2)
    distilled(trial, Witness(), [])
    assert [(task.seed, task.threads, task.weights) for task in SEEN] == [(3, 2, None), (0, 1, None)]
    assert isinstance(SEEN[0].teacher, Product)
    assert SEEN[1].teacher is None


def test_all_candidates_of_a_front_are_scored_in_their_order(trial):
    result = distilled(trial, Scholar(mood="front"), METRICS)
    assert [formula.complexity for formula, _ in found(result)] == [1, 5]
    assert all(scores.keys() >= {("test", "error"), ("train", "steepness")} for _, scores in found(result))


def test_of_equal_formulas_one_is_kept(trial):
    assert [formula.complexity for formula, _ in found(distilled(trial, Scholar(mood="twice"), []))] == [5, 1]


def test_a_formula_is_explained_in_the_units_and_names_of_the_data(trial, split):
    (entry,) = distilled(trial, Scholar(), [], Workshop(), b"2.5").front
    scaling, rows = split.facts.scaling, split.parts["test"]
    explained = entry.explained.predict(scaling.raw(rows.X))
    np.testing.assert_allclose(explained, scaling.restore(Product(2.5).predict(rows.X)), rtol=1e-9)
    rounded, target = entry.rounded.predict(scaling.raw(rows.X)), scaling.restore(rows.y)
    assert np.mean((rounded - explained) ** 2) < 1e-3 * np.var(target)
    assert len(entry.rounded.to_json()) < len(entry.explained.to_json())


def test_a_formula_that_can_divide_by_0_among_the_inputs_is_marked(trial):
    (entry,) = distilled(trial, Scholar(mood="pole"), []).front
    assert "b" in entry.pole
    assert distilled(trial, Scholar(), []).front[0].pole == ""


@pytest.mark.parametrize(("refit", "factor"), [("none", 1.0), ("teacher", 2.0)])
def test_constants_are_fitted_again_where_the_recipe_says_so(trial, split, refit, factor):
    result = distilled(trial, Scholar(mood="half"), [], Workshop(), b"2.0", distil=Distil(extra="none", refit=refit))
    X = split.parts["train"].X
    np.testing.assert_allclose(found(result)[0][0].predict(X), factor * X[:, 0] * X[:, 1], atol=1e-8)


def test_constants_can_be_fitted_to_the_data_behind_a_teacher(trial, split):
    result = distilled(trial, Scholar(), [], Workshop(), b"2.0", distil=Distil(extra="none", refit="data"))
    X, y = split.parts["train"].X, split.parts["train"].y
    basis = np.column_stack([X[:, 0] * X[:, 1], np.ones(len(X))])
    best = basis @ np.linalg.lstsq(basis, y)[0]
    np.testing.assert_allclose(found(result)[0][0].predict(X), best, atol=1e-6)


def test_a_teacher_is_asked_once_a_part_however_many_formulas_imitate_it(trial, split):
    teacher = Product(2.0)
    score_all([Formula.variable(0), Formula.variable(1), product()], split, METRICS, teacher=teacher)
    assert teacher.predictions == len(split.parts)


def test_the_finite_differences_of_a_teacher_are_as_wide_as_it_wants(split):
    class Stairs(Product):
        """Rises by 1 at every whole number."""

        step = 1.0

        def predict(self, X):
            return np.floor(X[:, 0])

    model = Stairs(exact=False)
    assert score(model, split, [Steepness()])["train", "steepness"] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("mood", "reason"),
    [
        ("raises", "ValueError: not today"),
        ("empty", "student 'scholar' returned no formula"),
        ("wrong", "the conversion of the formula is wrong"),
        ("greedy", "this formula reads 8 inputs"),
        ("nothing", ""),
    ],
)
@pytest.mark.parametrize("teacher", [None, Workshop()])
def test_a_student_that_fails_says_why(trial, mood, reason, teacher):
    result = distilled(trial, Scholar(mood=mood), METRICS, teacher, b"1.0")
    assert isinstance(result, Failure)
    assert reason in result.reason


def test_a_student_may_yield_its_candidates(trial):
    assert len(distilled(trial, Scholar(mood="generator"), METRICS).front) == 1


def test_weights_that_cannot_be_read_are_a_failure(trial):
    assert distilled(trial, Scholar(), METRICS, Workshop(), b"torn").reason.startswith(
        "student 'scholar': ValueError: could not"
    )


def test_a_search_sees_a_seeded_sample_of_many_rows_and_scores_use_all(trial, split):
    rows_to_imitate = []

    class Witness(Scholar):
        """Notes what it is shown."""

        def distil(self, task):
            rows_to_imitate.append(task.X)
            return super().distil(task)

    sample = Distil(max_rows=10, extra="none", refit="none")
    result = distilled(trial, Witness(), METRICS, distil=sample)
    again = distilled(trial, Witness(), METRICS, distil=sample)
    assert rows_to_imitate[0].shape[0] == 10 < len(split.parts["train"].X)
    np.testing.assert_array_equal(rows_to_imitate[0], rows_to_imitate[1])
    ((formula, scores),) = found(result)
    assert scores == score(formula, split, METRICS)
    assert again.front == result.front


def test_what_a_student_does_to_its_arrays_reaches_nobody_else(trial):
    before = distilled(trial, Scholar(), METRICS)
    distilled(trial, Scholar(mood="scribbles"), METRICS)
    assert distilled(trial, Scholar(), METRICS).front == before.front


def test_data_that_changed_since_the_plan_are_not_used(trial):
    stale = dataclasses.replace(trial, data="0" * 32)
    reason = "the data of 'plane' changed while the study ran; run it again"
    assert [result.reason for result in train_teachers(stale, Workshop(), sweep(1.0, 2.0), METRICS)] == [reason] * 2
    assert distilled(stale, Scholar(), METRICS).reason == reason


def test_a_student_is_told_the_validation_rows_the_names_and_the_time_it_has(trial, split):
    SEEN.clear()
    distilled(trial, Witness(), [], Workshop(), b"2.0")
    distilled(trial, Witness(), [], distil=PLAIN.model_copy(update={"seconds": 100.0}))
    taught, limited = SEEN
    X = split.parts["validation"].X
    np.testing.assert_array_equal(taught.validation[0], X)
    np.testing.assert_array_equal(taught.validation[1], Product(2.0).predict(X))
    np.testing.assert_array_equal(limited.validation[1], split.parts["validation"].y)
    assert taught.names == limited.names == ("a", "b")
    assert taught.deadline is None
    assert 80.0 < limited.deadline < 90.0  # the rest is for scoring
    assert (taught.units, taught.earlier) == (None, ())


class Annotating(Scholar):
    """Says something of its formula, and how sure it is of its constant."""

    def distil(self, task):
        errors = {"short": [], "negative": [-1.0], "endless": [np.inf]}.get(self.mood, np.array([0.25]))
        notes = {"bare": "early", "blank": ("",)}.get(self.mood, ("Ended early.",))
        twin = dataclasses.replace(honest(product(2.0)), notes=("A twin.",), standard_errors=None)
        return [dataclasses.replace(honest(product(2.0)), notes=notes, standard_errors=errors), twin]


def test_what_a_student_says_of_its_formula_stays_with_it(trial):
    (entry,) = distilled(trial, Annotating(), METRICS).front
    assert entry.notes == ("Ended early.",)
    assert entry.standard_errors == (0.25,)


def test_standard_errors_do_not_outlive_the_constants_that_they_are_of(trial):
    (entry,) = distilled(trial, Annotating(), METRICS, distil=Distil(extra="none", refit="data")).front
    assert entry.formula.nodes != product(2.0).nodes
    assert entry.standard_errors is None
    assert entry.notes == ("Ended early.",)


@pytest.mark.parametrize(
    ("mood", "reason"),
    [
        ("short", "standard_errors of shape (0,) for a formula of 1 constants; give one a constant"),
        ("negative", "a standard error is -1.0; give finite numbers that are not negative"),
        ("endless", "a standard error is inf; give finite numbers"),
        ("bare", "the notes of a candidate are 'early'; give a tuple of sentences"),
        ("blank", "the notes of a candidate are ('',); give a tuple of sentences"),
    ],
)
def test_what_a_student_says_of_its_formula_is_checked(trial, mood, reason):
    assert reason in distilled(trial, Annotating(mood=mood), METRICS).reason

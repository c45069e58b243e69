"""The checks of teachers: each fails for its broken twin, and only for that."""

import json
import pickle
from typing import ClassVar

import numpy as np
import pytest

from smoothdistill_core import DataError, TrainedTeacher
from smoothdistill_core.testing import tiny
from smoothdistill_core.testing.tiny import LinearTeacher
from stand_ins.teacher import Sound, Trained


class BlackBox(TrainedTeacher):
    """Knows neither its gradient nor a bound."""

    def __init__(self, slopes, intercept):
        self.model = LinearTeacher(slopes, intercept)

    def predict(self, X):
        return self.model.predict(X)

    def save(self):
        return self.model.save()


class Lines(TrainedTeacher):
    """A line for each of several targets."""

    def __init__(self, lines):
        self.lines = lines

    def predict(self, X):
        return np.column_stack([line.predict(X) for line in self.lines])

    def outputs(self):
        return self.lines

    def save(self):
        raise NotImplementedError


class Together(Sound):
    """Learns several targets together."""

    several_outputs = True
    order: ClassVar[slice] = slice(None)

    def fit(self, job, place):
        if job.y.ndim == 1:
            return super().fit(job, place)
        design = np.column_stack([job.X, np.ones(len(job.X))])
        found = np.linalg.lstsq(design, job.y, rcond=None)[0].T
        model = Lines([Trained(line[:-1], line[-1]) for line in found])
        model.outputs = lambda: model.lines[self.order]
        return model


class Turned(Together):
    """Gives the targets in another order."""

    order: ClassVar[slice] = slice(None, None, -1)


class Missing(Together):
    """Forgets the last target."""

    order: ClassVar[slice] = slice(-1)


class Unable(Sound):
    """Says that it learns several targets, and cannot."""

    several_outputs = True


class Opaque(Sound):
    """A black box that accepts no penalty."""

    trained = BlackBox

    def accepts(self, regularizer):
        return not regularizer.strengths


class Mean(Sound):
    """Learns nothing but the mean."""

    def fit(self, job, place):
        return Trained([0.0] * job.X.shape[1], job.y.mean())


class Forgetful(Sound):
    """Claims to know paths, and begins anew at each strength."""

    def for_path(self, steps):
        return self


class OneForAll(Sound):
    """Trains only the first job."""

    def train(self, jobs):
        return [self.fit(jobs[0], 0)]


class NoTeacher(Sound):
    """Returns the slopes alone."""

    def fit(self, job, place):
        return super().fit(job, place).slopes


class OneNote(Sound):
    """Forgets the comma."""

    def fit(self, job, place):
        model = super().fit(job, place)
        model.notes = "looped"
        return model


class SinglePrecisionTrained(Trained):
    """Predicts in float32."""

    def predict(self, X):
        return super().predict(X).astype(np.float32)


class SinglePrecision(Sound):
    """Predicts in float32."""

    trained = SinglePrecisionTrained


class ColumnTrained(Trained):
    """Predicts a column."""

    def predict(self, X):
        return super().predict(X)[:, None]


class StandardisedTrained(BlackBox):
    """Predicts a row by the others that are asked about."""

    def predict(self, X):
        values = super().predict(X)
        return values - values.mean()


class Standardised(Opaque):
    """Predicts a row by the others that are asked about."""

    trained = StandardisedTrained


class LostTrained(Trained):
    """Has no number for a gradient."""

    def gradient(self, X):
        return np.full(X.shape, np.nan)


class Lost(Sound):
    """Has no number for a gradient."""

    trained = LostTrained


class DoubledTrained(Trained):
    """Has a gradient in other units."""

    def gradient(self, X):
        return 2 * super().gradient(X)

    def lipschitz_bound(self):
        return 2 * super().lipschitz_bound()


class Doubled(Sound):
    """Has a gradient in other units."""

    trained = DoubledTrained


class OptimisticTrained(Trained):
    """Takes the largest slope for a bound."""

    def lipschitz_bound(self):
        return float(np.abs(self.slopes).max())


class Optimistic(Sound):
    """Takes the largest slope for a bound."""

    trained = OptimisticTrained


class RoundedTrained(Trained):
    """Saves four digits."""

    def save(self):
        return json.dumps([round(number, 4) for number in (*self.slopes, self.intercept)]).encode()


class Rounded(Sound):
    """Saves four digits."""

    trained = RoundedTrained


class PickledTrained(Trained):
    """Saves a pickle."""

    def save(self):
        return pickle.dumps((self.slopes, self.intercept))


class Pickled(Sound):
    """Saves a pickle."""

    trained = PickledTrained

    def load(self, data):
        return self.trained(*pickle.loads(data))


class Placed(Sound):
    """Seeds by the place among the jobs."""

    def fit(self, job, place):
        model = super().fit(job, place)
        return Trained(model.slopes, model.intercept + 1e-12 * place)


class Crowded(Sound):
    """Lets the number of jobs change a result's last digit."""

    def train(self, jobs):
        return [Trained(model.slopes, model.intercept + 1e-12 * len(jobs)) for model in super().train(jobs)]


class Unseeded(Sound):
    """Draws without a seed."""

    def fit(self, job, place):
        model = super().fit(job, place)
        return Trained(model.slopes, model.intercept + 1e-3 * np.random.default_rng().normal())


class Splitting(Sound):
    """Sets half of the rows aside, without counting them."""

    def fit(self, job, place):
        if len(job.X) < 3:
            raise ValueError("found array with 0 samples")
        return super().fit(job, place)


class Curt(Sound):
    """Refuses few rows without saying what to do."""

    def fit(self, job, place):
        if len(job.X) < 3:
            raise DataError("too few rows")
        return super().fit(job, place)


class Kind(Sound):
    """Refuses what it may refuse."""

    def fit(self, job, place):
        if len(job.X) < 4 or job.X.shape[1] < 2:
            raise DataError("this teacher needs 4 rows and 2 features; bring more")
        return super().fit(job, place)


class TwoFeatures(Sound):
    """Looks at the second input."""

    def fit(self, job, place):
        job.X[:, 1].mean()
        return super().fit(job, place)


class Overwriting(Sound):
    """Centres the inputs in place."""

    def fit(self, job, place):
        job.X[:] -= job.X.mean(axis=0)
        return super().fit(job, place)


class Reseeding(Sound):
    """Seeds numpy's global generator."""

    def fit(self, job, place):
        np.random.seed(job.seed)
        return super().fit(job, place)


class CentredTrained(Trained):
    """Has hidden layers that are centred over the rows it is asked for."""

    def activations(self, X):
        return (X - X.mean(axis=0),)


class Centred(Sound):
    """Centres its hidden layer."""

    trained = CentredTrained


class LayersFirstTrained(Trained):
    """Has its units in the rows."""

    def activations(self, X):
        return (X.T,)


class LayersFirst(Sound):
    """Returns hidden layers the wrong way round."""

    trained = LayersFirstTrained


@pytest.mark.parametrize(
    "teacher",
    [Sound(), Opaque(), Together(), Kind(), tiny.TinyTeacher()],
    ids=lambda teacher: type(teacher).__name__,
)
def test_a_sound_teacher_passes_all(broken, teacher):
    assert broken(teacher) == {}


@pytest.mark.parametrize(
    ("component", "check", "found", "remedy"),
    [
        (SinglePrecision, "check_predictions", "predict returned float32", ".astype(float)"),
        (Standardised, "check_predictions", "another prediction when it is alone", "no row depend"),
        (Mean, "check_training_reduces_the_loss", "the mean squared error is 1, and 1 for the mean", "enough steps"),
        (Doubled, "check_gradient_equals_finite_differences", "finite differences [", "in their units"),
        (Optimistic, "check_lipschitz_bound", "a slope of", "multiply spectral norms"),
        (Centred, "check_activations", "another first row when that row is alone", "each hidden layer"),
        (LayersFirst, "check_activations", "the shape (3, 96) for 96 rows", "with the rows of X"),
        (Rounded, "check_save_and_load", "the predictions of the loaded teacher differ", "full precision"),
        (Pickled, "check_save_and_load", "a pickle, which runs code", "safetensors"),
        (Placed, "check_jobs_are_independent", "in reverse order give other predictions", "from job.seed alone"),
        (Crowded, "check_jobs_are_independent", "job 0 of 5 gives other predictions when it is alone", "job.seed"),
        (Forgetful, "check_paths_go_on", "the strengths that came before change nothing", "return None from for_path"),
        (
            Turned,
            "check_learns_several_targets",
            "output 0, saved and loaded, predicts another column",
            "in their order",
        ),
        (Missing, "check_learns_several_targets", "of three targets there are 2 outputs", "one teacher a column"),
        (Unable, "check_learns_several_targets", "raised TypeError", "leave several_outputs False"),
        (Unseeded, "check_is_deterministic", "the second time, predictions differ by up to", "job.seed alone"),
        (Splitting, "check_tiny_data", "training on 1 rows of 3 features raised ValueError", "raise DataError"),
        (Curt, "check_tiny_data", "'too few rows', which does not say what would be right", "raise DataError"),
        (TwoFeatures, "check_one_feature", "IndexError", "job.X.shape[1]"),
        (Overwriting, "check_leaves_its_inputs_alone", "changed job.X", "work on copies"),
        (Reseeding, "check_leaves_the_process_alone", "numpy's global random state", "numpy.random.default_rng"),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_a_broken_twin_fails_its_check_only(only_broken, component, check, found, remedy):
    only_broken(component(), check, found, remedy)


@pytest.mark.parametrize(
    ("component", "found"),
    [
        (OneForAll(), "5 jobs gave 1 results"),
        (NoTeacher(), "no TrainedTeacher"),
        (OneNote(), "the notes of a result are 'looped', no tuple of text"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_teacher_without_usable_results_is_told_so(broken, component, found):
    assert found in broken(component)["check_returns_trained_teachers"]


def test_a_gradient_that_is_no_number_is_found_out(broken):
    assert "finite differences [" in broken(Lost())["check_gradient_equals_finite_differences"]


def test_predictions_of_the_wrong_shape_are_found_out(broken):
    class Column(Sound):
        """Predicts a column."""

        trained = ColumnTrained

    assert "for 96 rows it returned the shape (96, 1)" in broken(Column())["check_predictions"]

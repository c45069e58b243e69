"""The checks of metrics: each fails for its broken twin, and only for that."""

import math
import random

import numpy as np
import pytest

from smoothdistill_core import Formula, Metric
from smoothdistill_core.testing import tiny


class Sound(Metric):
    """The root mean squared error in the data's units."""

    name = "sound"
    direction = "lower"

    def score(self, context):
        with np.errstate(all="ignore"):
            return float(np.sqrt(np.mean(self.errors(context) ** 2)))

    def errors(self, context):
        return context.restore(context.prediction) - context.restore(context.y)


class Size(Metric):
    """The number of nodes: it does not look at predictions."""

    name = "size"
    direction = "lower"
    measures = "complexity"
    of = "formulas"

    def score(self, context):
        return float(context.model.complexity) if isinstance(context.model, Formula) else None


class Imitation(Metric):
    """The largest distance to the teacher."""

    name = "imitation"
    direction = "lower"
    of = "formulas"

    def score(self, context):
        if context.teacher_prediction is None:
            return None
        with np.errstate(all="ignore"):
            return float(np.max(np.abs(context.prediction - context.teacher_prediction)))


class WrongWay(Sound):
    """An error, of which more is called better."""

    direction = "higher"


class Sideways(Sound):
    """Says neither."""

    direction = "up"


class Speed(Sound):
    """Measures what nobody knows."""

    measures = "speed"


class OfAll(Sound):
    """Is of a word that means nothing."""

    of = "all"


class OfTeachersToo(Size):
    """Does not say that it has no meaning for teachers."""

    of = "both"


class OfTeachersOnly(Imitation):
    """Says that it is of what it never scores."""

    of = "teachers"


class Secretive(Imitation):
    """Looks at the teacher, and says that it does not."""

    needs_teacher = False


class SinglePrecision(Sound):
    """Returns numpy's number in single precision."""

    def score(self, context):
        return np.float32(super().score(context))


class Correlation(Metric):
    """Divides by the spread of the predictions."""

    name = "correlation"
    direction = "higher"

    def score(self, context):
        with np.errstate(all="ignore"):
            return float(np.corrcoef(context.y, context.prediction)[0, 1])


class Forgiving(Sound):
    """Drops predictions that are not numbers."""

    def score(self, context):
        errors = self.errors(context)
        kept = errors[np.isfinite(errors)]
        return float(np.sqrt(np.mean(kept**2))) if len(kept) else math.nan


class Clipped(Sound):
    """Calls nothing worse than 10."""

    def score(self, context):
        value = super().score(context)
        return min(value, 10.0) if math.isfinite(value) else 10.0


class Complaining(Sound):
    """Lets numpy complain of infinities."""

    def score(self, context):
        return float(np.mean((self.errors(context) - self.errors(context).mean()) ** 2))


class Raising(Sound):
    """Refuses what is no number."""

    def score(self, context):
        if not np.isfinite(context.prediction).all():
            raise ValueError("Input contains NaN.")
        return super().score(context)


class Weighing(Sound):
    """The same, in which rows count by their weights."""

    weighs_rows = True

    def score(self, context):
        with np.errstate(all="ignore"):
            return float(np.sqrt(context.mean(self.errors(context) ** 2)))


class Normalising(Weighing):
    """Normalises the weights that it was lent."""

    def score(self, context):
        if context.weights is not None:
            context.weights[:] /= context.weights.sum()
        return super().score(context)


class Boasting(Sound):
    """Says that rows count by their weights."""

    weighs_rows = True


class Bootstrapped(Sound):
    """Draws rows without a seed."""

    def score(self, context):
        return super().score(context) * (1 + 1e-3 * np.random.default_rng().random())


class Sorting(Sound):
    """Sorts what it was lent."""

    def score(self, context):
        value = super().score(context)
        context.prediction.sort()
        return value


class Reseeding(Sound):
    """Seeds Python's generator."""

    def score(self, context):
        random.seed(0)
        return super().score(context)


@pytest.mark.parametrize("metric", [Sound(), Weighing(), Size(), Imitation(), tiny.TinyR2(), tiny.TinyNorm()], ids=str)
def test_a_sound_metric_passes_all(broken, metric):
    assert broken(metric) == {}


@pytest.mark.parametrize(
    ("component", "check", "found", "remedy"),
    [
        (WrongWay, "check_direction", "higher is better, and perfect predictions have 0", "to the other word"),
        (Sideways, "check_direction", "its direction is 'up'", "set the class variable"),
        (Speed, "check_says_what_it_measures", "it measures 'speed', which is none of accuracy", "documentation"),
        (OfAll, "check_says_what_it_measures", "it is of 'all'", "documentation"),
        (OfTeachersToo, "check_says_what_it_measures", "'both', and has no score for a teacher", 'of = "formulas"'),
        (OfTeachersOnly, "check_says_what_it_measures", "'teachers', and has no score for a teacher", "formulas"),
        (Secretive, "check_needs_the_teacher_that_it_looks_at", "without one None", "needs_teacher = True"),
        (
            Boasting,
            "check_weighs_rows_as_if_they_were_repeated",
            "for a distilled formula, weighed it is",
            "mean(values)",
        ),
        (Normalising, "check_weighs_rows_as_if_they_were_repeated", "score changed context.weights", "work on copies"),
        (SinglePrecision, "check_returns_a_number", "float32", "float(...)"),
        (Correlation, "check_perfect_and_constant_predictions", "constant predictions have the score nan", "None"),
        (Forgiving, "check_predictions_that_are_not_finite", "half of the predictions are nan", "nanmean"),
        (Clipped, "check_predictions_that_are_not_finite", "predictions are nan: score 10", "clip nothing"),
        (Complaining, "check_predictions_that_are_not_finite", "RuntimeWarning: invalid value", "numpy.errstate"),
        (Raising, "check_predictions_that_are_not_finite", "ValueError: Input contains NaN", "numpy.errstate"),
        (Bootstrapped, "check_is_deterministic", "it is first", "no random numbers"),
        (Sorting, "check_leaves_its_inputs_alone", "changed context.prediction", "copy()"),
        (Reseeding, "check_leaves_the_process_alone", "Python's global random state", "context managers"),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_a_broken_twin_fails_its_check_only(only_broken, component, check, found, remedy):
    only_broken(component(), check, found, remedy)

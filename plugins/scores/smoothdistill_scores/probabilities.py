"""How good probabilities are, of a target that has two values; None for other targets.

`r2` is of the probabilities there, which is Brier's skill score: 1 less the mean squared error over that of the share
of 1 (Brier 1950).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smoothdistill_core import Measure, Metric, ScoringContext

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def mean_log_loss(context: ScoringContext, log_odds: Array) -> float:
    """Return the mean log-loss of the log-odds (n,) of 1, in nats; rows count by their weights."""
    import numpy as np

    from smoothdistill_core.formula.likelihood import log_losses

    with np.errstate(all="ignore"):
        return context.mean(log_losses(log_odds, context.y))


class LogLoss(Metric):
    """The mean of -log of the probability of the class that came, in nats; log-odds of -inf or inf may make it inf."""

    name = "log_loss"
    direction = "lower"
    measures = Measure.ACCURACY
    axis = "log-loss"
    needs_teacher = False
    weighs_rows = True

    def score(self, context: ScoringContext) -> float | None:
        """Return the log-loss; None for a target that has not two values."""
        return None if context.log_odds is None else mean_log_loss(context, context.log_odds)


class ExplainedLogLoss(Metric):
    """The share of the log-loss of the best constant that is explained: 1 is certain and right, 0 no better than that.

    It is to the log-loss what R2 is to the squared error (McFadden's R2, scikit-learn's d2_log_loss_score).
    """

    name = "d2_log_loss"
    direction = "higher"
    measures = Measure.ACCURACY
    axis = "log-loss explained"
    needs_teacher = False
    weighs_rows = True

    def score(self, context: ScoringContext) -> float | None:
        """Return the share; None where the part has one class only."""
        import numpy as np

        from smoothdistill_core.formula.likelihood import entropy

        if context.log_odds is None or np.ptp(context.y) == 0:
            return None
        return 1.0 - mean_log_loss(context, context.log_odds) / entropy(context.mean(context.y))


class AreaUnderCurve(Metric):
    """How often a row of class 1 has the larger probability of two rows, one of each class; of a tie, half.

    Where rows have weights, two rows count by the product of theirs.
    """

    name = "auc"
    direction = "higher"
    measures = Measure.ACCURACY
    axis = "AUC"
    needs_teacher = False
    weighs_rows = True

    def score(self, context: ScoringContext) -> float | None:
        """Return the area under the curve of true and false positives; None where the part has one class only."""
        import numpy as np

        if context.log_odds is None or np.ptp(context.y) == 0:
            return None
        if np.isnan(context.log_odds).any():
            return float("nan")
        _, place = np.unique(context.log_odds, return_inverse=True)
        counts = np.ones(len(context.y)) if context.weights is None else context.weights
        ones, zeros = (np.bincount(place, counts * (context.y == label)) for label in (1.0, 0.0))
        below = np.cumsum(zeros) - zeros / 2.0
        return float(ones @ below / (ones.sum() * zeros.sum()))


class Accuracy(Metric):
    """The share of rows whose class is the more probable one."""

    name = "accuracy"
    direction = "higher"
    measures = Measure.ACCURACY
    axis = "accuracy"
    needs_teacher = False
    weighs_rows = True

    def score(self, context: ScoringContext) -> float | None:
        """Return the share; a row without a probability is wrong."""
        import numpy as np

        if context.log_odds is None:
            return None
        right = np.where(context.y > 0.5, context.log_odds > 0.0, context.log_odds <= 0.0)
        return context.mean(right)

"""The scores of probabilities are scikit-learn's; other targets have none, and probabilities no errors in units."""

import numpy as np
import pytest
from sklearn import metrics

from smoothdistill_core import Formula, ScoringContext
from smoothdistill_scores.accuracy import R2, MeanAbsoluteError, RootMeanSquaredError
from smoothdistill_scores.probabilities import Accuracy, AreaUnderCurve, ExplainedLogLoss, LogLoss

RNG = np.random.default_rng(0)
LOG_ODDS = np.round(RNG.normal(size=200), 1)  # with ties
Y = (RNG.random(200) < 0.4).astype(float)
P = 1.0 / (1.0 + np.exp(-LOG_ODDS))
METRICS = [LogLoss, ExplainedLogLoss, AreaUnderCurve, Accuracy]


def context(log_odds=LOG_ODDS, y=Y, weights=None):
    with np.errstate(over="ignore"):
        p = 1.0 / (1.0 + np.exp(-log_odds))
    return ScoringContext(
        Formula.constant(0.0),
        "test",
        np.zeros((len(y), 1)),
        y,
        p,
        np.asarray,
        lambda: p[:, None],
        log_odds=log_odds,
        weights=weights,
    )


@pytest.mark.parametrize(
    ("metric", "known"),
    [
        (LogLoss(), metrics.log_loss(Y, P)),
        (ExplainedLogLoss(), metrics.d2_log_loss_score(Y, P)),
        (AreaUnderCurve(), metrics.roc_auc_score(Y, P)),
        (Accuracy(), metrics.accuracy_score(Y, P > 0.5)),
        (R2(), metrics.r2_score(Y, P)),
    ],
    ids=str,
)
def test_a_score_is_that_of_scikit_learn(metric, known):
    assert metric.score(context()) == pytest.approx(known, abs=1e-12)


WEIGHTS = RNG.uniform(0.1, 2.0, size=200)


@pytest.mark.parametrize(
    ("metric", "known"),
    [
        (LogLoss(), metrics.log_loss(Y, P, sample_weight=WEIGHTS)),
        (ExplainedLogLoss(), metrics.d2_log_loss_score(Y, P, sample_weight=WEIGHTS)),
        (AreaUnderCurve(), metrics.roc_auc_score(Y, P, sample_weight=WEIGHTS)),
        (Accuracy(), metrics.accuracy_score(Y, P > 0.5, sample_weight=WEIGHTS)),
    ],
    ids=str,
)
def test_of_rows_with_weights_it_is_too(metric, known):
    assert metric.score(context(weights=WEIGHTS)) == pytest.approx(known, abs=1e-12)


@pytest.mark.parametrize("metric", METRICS)
def test_a_target_of_numbers_has_no_such_score(metric):
    plain = ScoringContext(Formula.constant(0.0), "test", np.zeros((200, 1)), Y, P, np.asarray, lambda: P[:, None])
    assert metric().score(plain) is None


@pytest.mark.parametrize("metric", [RootMeanSquaredError, MeanAbsoluteError])
def test_a_probability_has_no_error_in_units_of_the_target(metric):
    assert metric().score(context()) is None


@pytest.mark.parametrize("metric", [ExplainedLogLoss, AreaUnderCurve])
def test_what_needs_both_classes_has_no_score_without(metric):
    assert metric().score(context(y=np.ones(200))) is None
    assert LogLoss().score(context(y=np.ones(200))) > 0.0


def test_sure_and_right_is_perfect_and_sure_and_wrong_without_end():
    sure = np.where(Y > 0.5, np.inf, -np.inf)
    with np.errstate(invalid="ignore"):
        assert LogLoss().score(context(np.clip(sure, -1e6, 1e6))) == 0.0
    assert LogLoss().score(context(np.clip(-sure, -1e6, 1e6))) == pytest.approx(1e6)


@pytest.mark.parametrize("metric", METRICS)
def test_a_row_without_a_probability_flatters_no_score(metric):
    broken = LOG_ODDS.copy()
    broken[:100] = np.nan
    score = metric().score(context(broken))
    better = score > metric().score(context()) if metric.direction == "higher" else score < metric().score(context())
    assert not better

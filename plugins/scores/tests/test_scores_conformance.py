"""All built-in metrics keep every contract of metrics."""

from smoothdistill_core.testing import parametrize_with_metric_checks
from smoothdistill_scores.plugin import smoothdistill_metrics


@parametrize_with_metric_checks([metric() for metric in smoothdistill_metrics()])
def test_the_built_in_metrics_keep_their_contracts(component, check):
    check(component)

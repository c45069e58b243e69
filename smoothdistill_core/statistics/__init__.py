"""Paired tests, effect sizes with intervals, and ranks: what the numbers of a study allow to say."""

from smoothdistill_core.statistics.comparison import Comparison, comparisons
from smoothdistill_core.statistics.correction import Corrected, holm
from smoothdistill_core.statistics.differences import StatisticsError
from smoothdistill_core.statistics.effects import (
    Effect,
    Estimate,
    Interval,
    Wins,
    effect,
    mean_difference,
    median_difference,
    rank_biserial,
    wins,
)
from smoothdistill_core.statistics.pairing import Missing, Row
from smoothdistill_core.statistics.ranking import Ranking, critical_difference, rank_methods
from smoothdistill_core.statistics.signed_rank import LEVEL, PAIRS_NEEDED, WilcoxonResult, pairs_needed, wilcoxon
from smoothdistill_core.statistics.standing import Standing, standings
from smoothdistill_core.statistics.words import in_words

__all__ = [
    "LEVEL",
    "PAIRS_NEEDED",
    "Comparison",
    "Corrected",
    "Effect",
    "Estimate",
    "Interval",
    "Missing",
    "Ranking",
    "Row",
    "Standing",
    "StatisticsError",
    "WilcoxonResult",
    "Wins",
    "comparisons",
    "critical_difference",
    "effect",
    "holm",
    "in_words",
    "mean_difference",
    "median_difference",
    "pairs_needed",
    "rank_biserial",
    "rank_methods",
    "standings",
    "wilcoxon",
    "wins",
]

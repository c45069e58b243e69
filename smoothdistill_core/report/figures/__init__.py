"""The figures of a report, drawn with matplotlib."""

from smoothdistill_core.report.figures.boxes import boxes
from smoothdistill_core.report.figures.calibration import calibration
from smoothdistill_core.report.figures.canvas import drawing
from smoothdistill_core.report.figures.datasets import by_dataset
from smoothdistill_core.report.figures.effects import common_limits, draw_effect, effect_of
from smoothdistill_core.report.figures.error_by_size import error_by_size
from smoothdistill_core.report.figures.front import front
from smoothdistill_core.report.figures.picture import Picture
from smoothdistill_core.report.figures.predicted import draw_rows, predicted_against_actual
from smoothdistill_core.report.figures.ranks import critical_difference_diagram
from smoothdistill_core.report.figures.residuals import residuals
from smoothdistill_core.report.figures.shares import draw_shares, shares_of_inputs
from smoothdistill_core.report.figures.sheet import Sheet
from smoothdistill_core.report.figures.strengths import strengths
from smoothdistill_core.report.figures.tradeoff import tradeoff
from smoothdistill_core.report.figures.trust import where_to_trust
from smoothdistill_core.report.figures.wins import win_rates

__all__ = [
    "Picture",
    "Sheet",
    "boxes",
    "by_dataset",
    "calibration",
    "common_limits",
    "critical_difference_diagram",
    "draw_effect",
    "draw_rows",
    "draw_shares",
    "drawing",
    "effect_of",
    "error_by_size",
    "front",
    "predicted_against_actual",
    "residuals",
    "shares_of_inputs",
    "strengths",
    "tradeoff",
    "where_to_trust",
    "win_rates",
]

"""New rows: what a formula predicts of them, how far off that may be, and what training has not seen of them."""

from smoothdistill_core.prediction.intervals import OutOfFold, out_of_fold
from smoothdistill_core.prediction.rows import Predicted, predicted_rows

__all__ = ["OutOfFold", "Predicted", "out_of_fold", "predicted_rows"]

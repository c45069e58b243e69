"""`ExplanationDisplay`: a picture of an explained model in the manner of scikit-learn's displays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from smoothdistill_core.explaining.drawing import AGREEMENT
from smoothdistill_core.explaining.explaining import explain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from smoothdistill_core.explaining.model_explanation import ModelExplanation


class ExplanationDisplay:
    """One picture of an explained model; after `plot`, ``ax_`` and ``figure_`` are what it is drawn on.

    ``what`` is "agreement", "importance" or the name of a column, as in `ModelExplanation.plot`.
    """

    def __init__(self, explanation: ModelExplanation, what: str = AGREEMENT, output: str | None = None) -> None:
        self.explanation = explanation
        self.what = what
        self.output = output

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        *,
        what: str = AGREEMENT,
        output: str | None = None,
        ax: Axes | None = None,
        **options: Any,
    ) -> Self:
        """Explain a fitted model at rows (n, d), with the options of `explain`, and draw the picture."""
        return cls(explain(estimator, X, **options), what, output).plot(ax)

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw on axes, or on new ones that pyplot does not know; returns itself."""
        self.ax_ = self.explanation.plot(self.what, ax, self.output)
        self.figure_ = self.ax_.figure
        return self

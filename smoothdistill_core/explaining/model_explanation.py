"""`ModelExplanation`: a finished model as formulas, how near they are to it, what matters, and where they differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.errors import ResultError, did_you_mean
from smoothdistill_core.estimator.columns import Columns, name_beside
from smoothdistill_core.explaining.asked import Scale
from smoothdistill_core.explaining.held_out import in_plain_words
from smoothdistill_core.explaining.probabilities import probabilities, probability_formula
from smoothdistill_core.explaining.region import Region
from smoothdistill_core.explaining.sized import Sized
from smoothdistill_core.explaining.surroundings import Surroundings
from smoothdistill_core.explanation import Explanation
from smoothdistill_core.exports import ExportFormat
from smoothdistill_core.formulas import side_by_side
from smoothdistill_core.portrait import Effect, Portrait, Portrayed
from smoothdistill_core.wording.numbers import plural

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ModelExplanation:
    """What `explain` returns of a ``model``.

    ``scale`` says what the formulas give: the model's own ``value``, the ``log-odds`` of the second of two
    ``classes``, or a score of each class, whose ``softmax`` the probabilities are. ``outputs`` are what has a
    formula each: one, one for each number that the model gives for a row, or one a class. ``front`` are formulas of
    all sizes, the shortest first; ``recommended`` is the place of those that the rule of choice takes, ``taken`` of
    those that this object shows (`at` takes others). ``rows`` counts the rows by part. ``around`` is the row that
    it is about, where it is about one: then the rows are queries around it. ``region`` is the part of X that it is
    about, where it is about one, with the formulas for all of X. Raises `ResultError` where an output has to be named,
    as there are several.
    """

    model: str
    scale: Scale
    outputs: tuple[str, ...]
    classes: tuple[Any, ...]
    front: tuple[Sized, ...]
    recommended: int
    taken: int
    portraits: tuple[Portrait, ...]
    rows: dict[str, int]
    columns: Columns
    notes: tuple[str, ...]
    around: Surroundings | None = None
    region: Region | None = None

    @property
    def formulas(self) -> dict[str, Explanation]:
        """The formula of each output, in the data's own units and names, on the ``scale``."""
        return dict(zip(self.outputs, self._sized.formulas, strict=True))

    @property
    def formula(self) -> Explanation:
        """The formula of the only output."""
        return self.explained_output()

    @property
    def scores(self) -> dict[str, float]:
        """How near the formulas are to the model on the held-out rows, in numbers."""
        return dict(self._sized.scores)

    @property
    def fidelity(self) -> str:
        """How near the formulas are to the model on the held-out rows, and where they are worst, in plain words.

        Of a region also how they differ from the formulas for all rows.
        """
        sized = self._sized
        rows = self.rows["test"]
        about = self.around or self.region
        on = plural(rows, "row") if about is None else f"{rows:,} {about.in_words()},"
        told = in_plain_words(sized.scores, self.scale, on, sized.nodes, sized.worst)
        if self.region is None:
            return told
        return f"{told} {self.region.difference(sized.scores, [self.importance(output) for output in self.outputs])}"

    def at(self, size: int) -> ModelExplanation:
        """Return it with the most accurate formulas of at most ``size`` nodes each; nothing is searched anew.

        Raises `ResultError` where there are none.
        """
        short = [place for place, sized in enumerate(self.front) if max(sized.nodes) <= size]
        if not short:
            sizes = ", ".join(str(max(sized.nodes)) for sized in self.front)
            raise ResultError(f"no formula has at most {size} nodes; they have {sizes}")
        return replace(self, taken=short[-1])

    @property
    def sizes(self) -> pd.DataFrame:
        """The formulas of all sizes as a table, with their scores."""
        import pandas as pd

        rows = []
        for place, sized in enumerate(self.front):
            written = {f"formula of {output}": str(f) for output, f in zip(self.outputs, sized.formulas, strict=True)}
            written = written if len(self.outputs) > 1 else {"formula": str(sized.formulas[0])}
            nodes = sum(sized.nodes)
            rows.append({"nodes": nodes, **sized.scores, **written, "recommended": place == self.recommended})
        return pd.DataFrame(rows)

    def importance(self, output: str | None = None) -> dict[str, float]:
        """Return the share of each column that the formula uses in the variance of what it gives, the largest first."""
        return dict(self._portrayed(output).shares)

    def effects(self, output: str | None = None) -> Mapping[str, Effect]:
        """Return how the mean of what the formula gives, and of the model beside it, moves with each column.

        They are partial dependences on at most 300 held-out rows; ``teacher`` is the model.
        """
        return self._portrayed(output).effects

    def disagreement(self) -> pd.DataFrame:
        """Return the held-out rows at which formulas and model differ most: their numbers in X, answers and columns.

        An answer that is called like a column has a ``_`` behind it.
        """
        import pandas as pd

        rows = []
        for differing in self._sized.differing:
            answers: dict[str, Any] = {"row": differing.row}
            for output, model, formula in zip(self.outputs, differing.model, differing.formula, strict=True):
                of = f" of {output}" if len(self.outputs) > 1 else ""
                answers |= {f"model{of}": model, f"formula{of}": formula}
            cells = differing.cells
            rows.append({name_beside(cells, name): answer for name, answer in answers.items()} | cells)
        return pd.DataFrame(rows)

    def probability(self, label: Any = None) -> Explanation:
        """Return the formula of the probability of a class; of two classes that of the second, unless it is named.

        Raises `ResultError` for a model that is no classifier, and for a class that it does not have.
        """
        if not self.classes:
            raise ResultError(f"{self.model} gives numbers and no probabilities")
        labels = [str(each) for each in self.classes]
        if label is None and self.scale != "log-odds":
            raise ResultError(f"there are several classes; name one: {', '.join(labels)}")
        if label is not None and str(label) not in labels:
            raise ResultError(f"there is no class {label!r}; {did_you_mean(str(label), labels)}")
        place = 1 if label is None else labels.index(str(label))
        scores = self._sized.formulas
        scaling = replace(scores[0].scaling, target=f"probability of {labels[place]}", unit=None)
        exact = probability_formula([score.formula for score in scores], place)
        short = probability_formula([score.short or score.formula for score in scores], place)
        return Explanation(exact, scaling, short, tuple(note for score in scores for note in score.notes))

    def decision(self, X: Any) -> Array:
        """Return what the formulas give for rows (n, d): (n, m) for m outputs, on the ``scale``."""
        frame = self.columns.frame(X)
        return np.column_stack([formula.predict(frame) for formula in self._sized.formulas])

    def predict_proba(self, X: Any) -> Array:
        """Return the probabilities (n, k) of the classes for rows (n, d)."""
        if not self.classes:
            raise ResultError(f"{self.model} gives numbers and no probabilities")
        return probabilities(self.decision(X))

    def predict(self, X: Any) -> NDArray[Any]:
        """Return what the formulas give in place of the model for rows (n, d).

        They are numbers (n,), of m outputs (n, m), or labels of classes (n,).
        """
        if not self.classes:
            numbers = self.decision(X)
            return numbers[:, 0] if len(self.outputs) == 1 else numbers
        labels: NDArray[Any] = np.array(self.classes)[self.predict_proba(X).argmax(axis=1)]
        return labels

    def export(self, format: str | ExportFormat, output: Any = None) -> str | bytes:  # noqa: A002 as elsewhere
        """Return the formula in a format that `Explanation.export` knows; of a classifier, that of a probability."""
        explanation = self.probability(output) if self.classes else self._sized.formulas[self._output(output)]
        return explanation.export(format)

    def plot(self, what: str | None = None, ax: Axes | None = None, output: str | None = None) -> Any:
        """Draw what is known of an output, with matplotlib, and return the axes.

        ``what`` is "agreement", "importance" or the name of a column; None: both and the column that matters most, side
        by side. Axes are made where none are given: ``plot("age").figure`` is their figure.
        """
        from smoothdistill_core.explaining.drawing import plot

        return plot(self, what, ax, output)

    def contributions(self, X: Any, background: Any = None, output: str | None = None) -> pd.DataFrame:
        """Return what each column adds to what the formula gives for rows (n, d): its Shapley values (n, columns).

        They add to the difference between what the formula gives, on the ``scale``, and its mean over the
        ``background`` (m, d), or over up to 100 held-out rows. They are exact, but for columns of which more than
        eight stand together in a part of the formula that is no sum: those are by chance, with a fixed seed.
        """
        from smoothdistill_core.explaining.contributions import contributions

        return contributions(self, X, background, output)

    def to_shap(self, X: Any, background: Any = None, output: str | None = None) -> Any:
        """Return the same as ``shap.Explanation``, for the plots of SHAP; raises `PluginError` where it is missing."""
        from smoothdistill_core.explaining.contributions import to_shap

        return to_shap(self, X, background, output)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data for JSON; `smoothdistill_core.explaining.document.schema` is its JSON schema."""
        from smoothdistill_core.explaining.document import to_dict

        return to_dict(self)

    @classmethod
    def from_dict(cls, said: Mapping[str, Any]) -> ModelExplanation:
        """Return what `to_dict` wrote; raises `ResultError` for anything else, and for a later version of it."""
        from smoothdistill_core.explaining.document import fields_of

        return cls(**fields_of(said, cls.from_dict))

    def __str__(self) -> str:
        formulas = self._sized.formulas
        lines = [str(formulas[0])] if len(formulas) == 1 else side_by_side(formulas)
        if self.scale == "log-odds":
            lines = [str(self.probability())]
        elif self.scale == "softmax":
            lines.append("probability of a class = exp(its score) / sum of exp(score) of all classes")
        return "\n".join([*lines, self.fidelity])

    def _repr_html_(self) -> str:
        from smoothdistill_core.explaining.page import as_html

        return as_html(self)

    def portrait(self, output: str | None = None) -> Portrait:
        """Return what is shown of an output's formulas, at held-out rows."""
        return self.portraits[self._output(output)]

    def explained_output(self, output: str | None = None) -> Explanation:
        """Return the formula of an output, or of the only one."""
        return self._sized.formulas[self._output(output)]

    def _portrayed(self, output: str | None) -> Portrayed:
        place = self._output(output)
        return self.portraits[place].formulas[self._sized.places[place]]

    @property
    def _sized(self) -> Sized:
        return self.front[self.taken]

    def _output(self, output: str | None) -> int:
        """Return the place of an output by name, or of the only one."""
        if output is None and len(self.outputs) == 1:
            return 0
        if output is None:
            raise ResultError(f"there are several outputs; name one: {', '.join(self.outputs)}")
        if str(output) not in self.outputs:
            raise ResultError(f"there is no output {output!r}; {did_you_mean(str(output), self.outputs)}")
        return self.outputs.index(str(output))

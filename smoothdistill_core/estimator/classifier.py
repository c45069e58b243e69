"""`SymbolicClassifier`: the scikit-learn classifier of two classes whose probability is a formula."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_is_fitted

from smoothdistill_core.errors import DataError
from smoothdistill_core.estimator.columns import refuse_empty, weights_name
from smoothdistill_core.estimator.distilling import Distilling, begun
from smoothdistill_core.estimator.inputs import rows_of, training_table

if TYPE_CHECKING:
    from smoothdistill_core.estimator.columns import Missing
    from smoothdistill_core.estimator.parameters import Entry
    from smoothdistill_core.registry import Registry
    from smoothdistill_core.study import Progress

Array = NDArray[np.float64]


class SymbolicClassifier(ClassifierMixin, Distilling):  # type: ignore[misc]
    """Explains which of two classes a row has by a formula of its log-odds, taught by smooth models.

    Teachers are trained on the labels by the cross-entropy, with the same penalties as those of numbers; formulas are
    of log-odds, their constants fitted by likelihood, and compared by the log-loss on a validation part.

    Parameters
    ----------
    teacher, regularizer, student, metric, strength, choice, validation, missing, categorical, max_rows, split, by, \
screen, distil, choose, seconds, random_state, n_jobs, verbose, progress, registry
        As in `SymbolicDistiller`. Each class gets its share of a validation part that is drawn at random. A teacher has
        to know the logistic loss, as ``mlp`` does.
    units : mapping of str to str, default=None
        The units of measure of columns of X; a probability has none.

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
        The classes, in order. ``formula_`` gives the probability of the second.
    formula_ : Explanation
        The formula, in the data's own units and names: ``p(y = yes) = 1/(1 + exp(-(...)))``.
    front_, teacher_, results_, n_features_in_, feature_names_in_
        As in `SymbolicDistiller`; the scores of ``front_`` are ``log_loss``, ``auc``, ``accuracy`` and so on.

    Examples
    --------
    >>> classifier = SymbolicClassifier(random_state=0).fit(X, y)  # doctest: +SKIP
    >>> print(classifier.formula_)  # doctest: +SKIP

    """

    def __init__(
        self,
        teacher: Entry | Sequence[Entry] | None = None,
        regularizer: Entry | Sequence[Entry] | None = None,
        student: Entry | Sequence[Entry] | None = None,
        metric: Entry | Sequence[Entry] | None = None,
        *,
        strength: float | Sequence[float] | Mapping[str, Any] | None = None,
        choice: str | None = None,
        validation: float = 0.2,
        missing: Missing = "error",
        categorical: str | Sequence[str] = (),
        units: Mapping[str, str] | None = None,
        max_rows: int | None = None,
        split: Literal["random", "time", "group"] = "random",
        by: str | None = None,
        screen: int | None = None,
        distil: Mapping[str, Any] | None = None,
        choose: Mapping[str, Any] | None = None,
        seconds: float | None = None,
        random_state: Any = None,
        n_jobs: int | None = None,
        verbose: bool = False,
        progress: Callable[[Progress], None] | None = None,
        registry: Registry | None = None,
    ) -> None:
        self.teacher = teacher
        self.regularizer = regularizer
        self.student = student
        self.metric = metric
        self.strength = strength
        self.choice = choice
        self.validation = validation
        self.missing = missing
        self.categorical = categorical
        self.units = units
        self.max_rows = max_rows
        self.split = split
        self.by = by
        self.screen = screen
        self.distil = distil
        self.choose = choose
        self.seconds = seconds
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.verbose = verbose
        self.progress = progress
        self.registry = registry

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Find a formula for the classes ``y`` (n,), numbers, booleans or text, at the rows ``X`` (n, d).

        ``sample_weight`` (n,) are as in `SymbolicDistiller.fit`. Raises `DataError`, a ValueError, for anything but two
        classes, and what `SymbolicDistiller.fit` raises.
        """
        from smoothdistill_core.columns import label

        began = begun()
        rows = rows_of(self, X, reset=True, y=y)
        target = column_or_1d(y, warn=True)
        refuse_empty(target)
        check_classification_targets(target)
        classes, places = np.unique(target, return_inverse=True)
        if len(classes) > 2:
            raise DataError(
                f"Only binary classification is supported. The type of the target is {type_of_target(target)}: it has "
                f"{len(classes)} classes; distil one class against the rest, y == {classes.tolist()[0]!r} for instance"
            )
        if len(classes) < 2:
            raise DataError(f"y has one class only, {classes.tolist()[0]!r}, and nothing tells it from another")
        names = [label(value) for value in classes.tolist()]
        labels = [names[place] for place in places]
        table, columns = training_table(self, rows, y, sample_weight, labels)
        weights = None if sample_weight is None else weights_name(columns.names)
        parameters = {**self.get_params(deep=False), "target": "logit", "positive": names[1]}
        self.classes_ = classes
        return self._distil([table], columns, parameters, began, imitate=False, weights=weights)

    def decision_function(self, X: Any) -> Array:
        """Return the log-odds (n,) of the second of ``classes_`` for each row of ``X`` (n, d)."""
        from smoothdistill_core.explanation import Explanation

        check_is_fitted(self)
        scaling = self.formula_.scaling
        log_odds = Explanation(scaling.before_restored(self.formula_.formula), scaling)
        return log_odds.predict(self._columns.frame(rows_of(self, X, reset=False)))

    def predict_proba(self, X: Any) -> Array:
        """Return the probabilities (n, 2) of ``classes_`` for each row of ``X`` (n, d), as ``formula_`` gives them."""
        check_is_fitted(self)
        p = self.formula_.predict(self._columns.frame(rows_of(self, X, reset=False)))
        return np.column_stack([1.0 - p, p])

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the more probable class (n,) of each row of ``X`` (n, d); the first where both are alike."""
        above = self.decision_function(X) > 0.0
        classes: NDArray[Any] = self.classes_[above.astype(np.intp)]
        return classes

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        tags.input_tags.allow_nan = self.missing == "impute"
        return tags

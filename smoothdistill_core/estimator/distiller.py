"""`SymbolicDistiller`: the scikit-learn regressor whose prediction is a formula."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import RegressorMixin
from sklearn.utils.validation import check_is_fitted

from smoothdistill_core.estimator.columns import weights_name
from smoothdistill_core.estimator.distilling import Distilling, begun
from smoothdistill_core.estimator.inputs import rows_of, training_tables

Array = NDArray[np.float64]


class SymbolicDistiller(RegressorMixin, Distilling):  # type: ignore[misc]
    """Explains data, or a finished model, by a formula: symbolic regression taught by smooth models.

    ``fit`` trains teachers at several strengths of smoothing, lets symbolic searches imitate the best, searches on the
    data itself as well, and keeps the shortest formula that is as good as any on a validation part.

    Parameters
    ----------
    teacher : str, component, mapping with name and options, or list of these, default=None
        The models to imitate. None: those of a recipe that names none.
    regularizer : like teacher, default=None
        The penalties that make teachers smooth. None: those of a recipe that the teacher takes; without a ``strength``,
        only the most accurate teacher is then distilled.
    student : like teacher, default=None
        The symbolic searches. None: those of a recipe.
    metric : like teacher, default=None
        The scores in ``results_``. None: those of a recipe.
    strength : float, list of float or dict, default=None
        The strengths of each regularizer that takes one and has none of its own, or the path that one network goes
        through: ``{"path": [1.0, 0.001], "steps": 10}``. None: the sweep of each, or that path where no penalty is
        named.
    choice : str, default=None
        The formula that is kept: "best" of all, "direct", "linear", "jacobian", "jacobian 0.3" and so on, or
        "best teacher" where only that is distilled. None: "best", or "sweet spot" where ``choose`` has that rule.
    model : object, default=None
        For ``teacher="blackbox"``: the finished model that is asked, one with ``predict`` or a function.
    validation : float, default=0.2
        The share of the rows that choices are made on.
    target : {"none", "log1p", "logit"}, default="none"
        How the target is transformed before anything is fitted. Predictions are in its own unit in any case; with
        "logit", for a target of 0 and 1, they are probabilities.
    missing : {"error", "drop", "impute"}, default="error"
        Missing values in X are refused, or their rows left out of ``fit``, or the column's median or commonest
        value takes their place, in ``predict`` too.
    categorical : list of str, default=()
        Columns of numbers that are categories. Columns of text always are.
    units : mapping of str to str, default=None
        The units of measure of columns of X and of the target, by name: ``{"v": "m/s", "E": "J"}``. The columns of an
        array are "x0", "x1" and so on, a target without a name is "y". ``formula_.units`` says what they mean for the
        formula; of columns without one nothing is concluded.
    max_rows : int, default=None
        Use at most this many rows, drawn at random; in a split by time the latest.
    split : {"random", "time", "group"}, default="random"
        How the rows that choices are made on are taken: at random, the latest by the column ``by``, or whole groups of
        it. That column is no input, and has to be in X in ``predict`` as well.
    by : str, default=None
        The column of X with the times or the groups.
    screen : int, default=None
        Of more inputs than this keep so many: those in which a smooth model of the training rows is steepest.
    distil : mapping, default=None
        What a search is shown, and what becomes of its formulas: the section of a recipe, ``{"refit": "data"}`` say.
    choose : mapping, default=None
        How formula and strength are chosen: the section of a recipe, ``{"formula": "simplest"}`` say.
    seconds : float, default=None
        The time that a fit may take, imports apart. With what was found by then it gives its answer, and warns of what
        was cut short or not begun. None: no limit.
    random_state : int, RandomState or None, default=None
        Decides the split, the teachers and the searches.
    n_jobs : int, default=None
        Pieces of work that run at a time, in processes if that is more than 1. -1: one a core.
    verbose : bool, default=False
        Print a line for each piece of work, and each formula that is better than all before.
    progress : callable, default=None
        Called with a `Progress` after each piece of work. What it raises ends the fit.
    registry : Registry, default=None
        Where names are looked up. None: among all that is installed. It is not pickled.

    Attributes
    ----------
    formula_ : Explanation
        The formula, in the data's own units and names; its ``notes`` are what the student says of it.
    front_ : DataFrame
        The formulas than which no other is both shorter and better on the part that choices are made on, the shortest
        first, with their scores: ``rmse_validation`` is in units of the target, ``r2_original_validation`` of the
        target itself where ``r2_validation`` is of its logarithm. ``at`` takes another of them than ``formula_``.
    teacher_ : FittedTeacher
        The teacher of ``formula_``; the most accurate one if the formula was found on the data itself, and None where
        ``seconds`` left no time to train any.
    results_ : Results
        Everything that was found.
    n_features_in_ : int
        The number of columns of X.
    feature_names_in_ : ndarray of str
        Their names, if X was a table and its names are text.

    Notes
    -----
    A target of two values is fitted as a number here; `SymbolicClassifier` gives the probability of one of them.

    ``y`` (n, k) of k > 1 columns holds k targets, with the names that a table has, else y0, y1 and on. Teachers that
    can learn all of them together do: ``mlp`` is one network with k outputs then, under the squared Frobenius norm of
    its Jacobian (k, d). What learns one target at a time is trained for each, and ``report`` says so. Each target is
    distilled, and its formula chosen, by itself. ``formula_`` is `Formulas`, a mapping of names to formulas that prints
    once what they have in common; ``teacher_`` is a dict of teachers by name, ``front_`` has a column ``target``, and
    ``results_`` a dataset a target.

    With ``sample_weight`` the teachers, the searches, the choice and the scores in ``results_`` count rows by their
    weights. ``score`` takes weights of its own.

    Examples
    --------
    >>> distiller = SymbolicDistiller(random_state=0).fit(X, y)  # doctest: +SKIP
    >>> print(distiller.formula_)  # doctest: +SKIP

    """

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Find a formula for ``y`` (n,), or without it for the predictions of ``model``, at the rows ``X`` (n, d).

        With ``y`` (n, k) there are k targets, and a formula for each: see Notes. ``X`` is an array or a table, whose
        columns may hold text. ``sample_weight`` (n,) are numbers from 0 on, and only their ratios matter; rows of
        weight 0 are left out. Raises `RecipeError` for parameters, among them a teacher, student or metric that cannot
        weigh rows where there are weights, and `DataError` for data that cannot serve, both a ValueError; `PluginError`
        where no formula was found.
        """
        began = begun()
        tables, columns = training_tables(self, rows_of(self, X, reset=True, y=y), y, sample_weight)
        weights = None if sample_weight is None else weights_name(columns.names)
        return self._distil(tables, columns, self.get_params(deep=False), began, imitate=y is None, weights=weights)

    def predict(self, X: Any) -> Array:
        """Return what the formula gives for each row of ``X`` (n, d), in the target's own unit.

        It is (n,), or (n, k) of k targets.
        """
        check_is_fitted(self)
        predicted: Array = self.formula_.predict(self._columns.frame(rows_of(self, X, reset=False)))
        return predicted

    def __sklearn_tags__(self) -> Any:
        from smoothdistill_core.estimator.as_recipe import is_black_box

        tags = super().__sklearn_tags__()
        tags.target_tags.required = not is_black_box(self.teacher)
        tags.target_tags.multi_output = True
        tags.input_tags.allow_nan = self.missing == "impute"
        return tags

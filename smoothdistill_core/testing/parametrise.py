"""The decorators that run all checks of a kind on an author's components, one pytest case a check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any, Literal

import pytest

from smoothdistill_core.components import (
    CLASSES,
    Component,
    Dataset,
    Kind,
    Metric,
    Regularizer,
    Student,
    Suite,
    Teacher,
)
from smoothdistill_core.errors import did_you_mean
from smoothdistill_core.testing.contracts import Check, ConformanceError


def checks_of(component: Component) -> tuple[Check, ...]:
    """Return the checks of a component, for use without pytest: call each with the component."""
    module = _module("suite" if isinstance(component, Suite) else component.kind)
    without_penalty = isinstance(component, Regularizer) and not component.writes_penalty()
    checks: tuple[Check, ...] = module.WITHOUT_PENALTY if without_penalty else module.CHECKS
    return checks


def parametrize_with_student_checks(
    components: Iterable[Student], expected_failures: Mapping[str, str] | None = None
) -> pytest.MarkDecorator:
    """Decorate ``def test(component, check): check(component)`` to hold students to their contracts.

    ``components`` are instances, with options that make them fast. ``expected_failures`` names checks
    that these components are known to fail, each with the reason: such a case is an expected failure,
    and fails when the check passes after all. An unknown name raises ValueError.
    """
    return _parametrized("student", components, expected_failures)


def parametrize_with_teacher_checks(
    components: Iterable[Teacher], expected_failures: Mapping[str, str] | None = None
) -> pytest.MarkDecorator:
    """Hold teachers to their contracts; see `parametrize_with_student_checks`."""
    return _parametrized("teacher", components, expected_failures)


def parametrize_with_regularizer_checks(
    components: Iterable[Regularizer], expected_failures: Mapping[str, str] | None = None
) -> pytest.MarkDecorator:
    """Hold regularizers to their contracts; see `parametrize_with_student_checks`.

    A regularizer without a penalty, which smooths in another way or not at all, gets no checks of one.
    """
    return _parametrized("regularizer", components, expected_failures)


def parametrize_with_dataset_checks(
    components: Iterable[Dataset], expected_failures: Mapping[str, str] | None = None
) -> pytest.MarkDecorator:
    """Hold datasets to their contracts; see `parametrize_with_student_checks`. The tables have to be there.

    A `Suite` is held to those of suites; give some of its ``members()`` beside it.
    """
    return _parametrized("dataset", components, expected_failures)


def parametrize_with_metric_checks(
    components: Iterable[Metric], expected_failures: Mapping[str, str] | None = None
) -> pytest.MarkDecorator:
    """Hold metrics to their contracts; see `parametrize_with_student_checks`."""
    return _parametrized("metric", components, expected_failures)


def _parametrized(
    kind: Kind, components: Iterable[Component], expected_failures: Mapping[str, str] | None
) -> pytest.MarkDecorator:
    expected = dict(expected_failures or {})
    modules = [_module(kind), *([_module("suite")] if kind == "dataset" else [])]
    known = [check.__name__ for module in modules for check in module.CHECKS]
    for name, reason in expected.items():
        if name not in known:
            raise ValueError(f"expected_failures: there is no {kind} check {name!r}; {did_you_mean(name, known)}")
        if not isinstance(reason, str) or not reason.strip():
            raise ValueError(f"expected_failures: {name!r} needs a reason, a text that says why it fails")
    cases = []
    for component in components:
        _check_instance(component, kind)
        for check in checks_of(component):
            why = expected.get(check.__name__)
            marks = () if why is None else pytest.mark.xfail(reason=why, strict=True, raises=ConformanceError)
            cases.append(pytest.param(component, check, id=f"{component}-{check.__name__}", marks=marks))
    if not cases:
        raise ValueError(f"there is no {kind} to check: give at least one instance")
    return pytest.mark.parametrize(("component", "check"), cases)


def _check_instance(component: object, kind: Kind) -> None:
    """Raise TypeError, with what would be right, for what is no instance of the kind."""
    if isinstance(component, CLASSES[kind]):
        return
    if isinstance(component, type) and issubclass(component, CLASSES[kind]):
        raise TypeError(f"give an instance, with options that make it fast: {component.__name__}(...), not the class")
    if isinstance(component, Component):
        raise TypeError(f"{component} is a {component.kind}: use parametrize_with_{component.kind}_checks")
    raise TypeError(f"{component!r} is no {kind}: give instances of subclasses of {CLASSES[kind].__name__}")


def _module(kind: Kind | Literal["suite"]) -> Any:
    """Return the module that holds the checks of a kind, or of suites; only those that are asked for are imported."""
    return import_module(f"smoothdistill_core.testing.{kind}s")

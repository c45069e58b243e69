"""For authors of plugins: checks that hold a component to its contracts, and a pytest plugin with fixtures.

::

    from smoothdistill_core.testing import parametrize_with_student_checks

    @parametrize_with_student_checks([MyStudent(), MyStudent(depth=2)])
    def test_my_student(component, check):
        check(component)

A name is loaded when it is first used: pytest imports this package in every session.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

_HOMES = {
    "contracts": "Check ConformanceError Contract NotCheckedError",
    "network": "ReferenceNetwork",
    "parametrise": (
        "checks_of parametrize_with_dataset_checks parametrize_with_metric_checks parametrize_with_regularizer_checks "
        "parametrize_with_student_checks parametrize_with_teacher_checks"
    ),
}

if TYPE_CHECKING:
    from smoothdistill_core.testing.contracts import Check, ConformanceError, Contract, NotCheckedError
    from smoothdistill_core.testing.network import ReferenceNetwork
    from smoothdistill_core.testing.parametrise import (
        checks_of,
        parametrize_with_dataset_checks,
        parametrize_with_metric_checks,
        parametrize_with_regularizer_checks,
        parametrize_with_student_checks,
        parametrize_with_teacher_checks,
    )

__all__ = [
    "Check",
    "ConformanceError",
    "Contract",
    "NotCheckedError",
    "ReferenceNetwork",
    "checks_of",
    "parametrize_with_dataset_checks",
    "parametrize_with_metric_checks",
    "parametrize_with_regularizer_checks",
    "parametrize_with_student_checks",
    "parametrize_with_teacher_checks",
]


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names.split():
            return getattr(import_module(f"smoothdistill_core.testing.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)

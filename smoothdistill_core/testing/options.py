"""Checks for components of every kind: their options, their identity, their way to a worker process."""

from __future__ import annotations

import pickle

from pydantic import ValidationError

from smoothdistill_core.components import Component, digest
from smoothdistill_core.components.described import described
from smoothdistill_core.components.secret import holds_secrets
from smoothdistill_core.testing.contracts import Check, Contract

UNKNOWN = "an_option_that_nobody_has"

VALIDATED = Contract(
    "options are validated: an unknown one is refused, and none can be changed afterwards",
    "leave model_config of Component as it is (extra='forbid', frozen=True, strict=True), and validate in the model",
)
DESCRIBED = Contract(
    "the component and each of its options are described in words: `smoothdistill describe` shows them",
    'give the class a docstring and each option a docstring below it, or Field(description="...")',
)
READ_BACK = Contract(
    "a component is its options: what options() writes, with its secrets, gives an equal component, and has a hash",
    "let every option be plain data (numbers, text, booleans, tuples, paths), and hold nothing else",
)
PICKLES = Contract(
    "a component pickles to a worker process and back, and is equal there",
    "define the class at the top of an importable module, and hold no locks, open files or functions",
)


def check_options_are_validated(component: Component) -> None:
    """Check that an unknown option is refused, and that options are frozen."""
    config = type(component).model_config
    if not config.get("strict"):
        raise VALIDATED.broken(component, "model_config has strict=False, so that `true` passes for a number")
    try:
        type(component)(**{**dict(component), UNKNOWN: 1})
    except ValidationError:
        pass
    else:
        raise VALIDATED.broken(component, f"the unknown option {UNKNOWN!r} was taken without a word")
    for option, value in dict(component).items():
        try:
            setattr(component, option, value)
        except (ValidationError, AttributeError):
            continue
        raise VALIDATED.broken(component, f"the option {option!r} can be set after the component was made")
    if not config.get("frozen"):
        raise VALIDATED.broken(component, "model_config has frozen=False")


def check_options_are_described(component: Component) -> None:
    """Check that the class has a docstring of its own, and each option a description."""
    if not (type(component).__doc__ or "").strip():
        raise DESCRIBED.broken(component, f"the class {type(component).__name__} has no docstring")
    for option, field in described(type(component)).model_fields.items():
        if not field.description:
            raise DESCRIBED.broken(component, f"the option {option!r} has no description")


def check_options_are_read_back(component: Component) -> None:
    """Check that the plain options give an equal component, with an equal identity."""
    fields = type(component).model_fields
    hidden = {option: given for option, given in dict(component).items() if holds_secrets(fields[option].annotation)}
    with READ_BACK.kept_by(component, "reading its own options"):
        again = type(component).model_validate(component.options() | hidden)
        same = digest(again.identity()) == digest(component.identity())
    if again != component or not same:
        raise READ_BACK.broken(component, f"its options {component.options()} give {again}, which is not equal")


def check_pickles_to_a_worker(component: Component) -> None:
    """Check that a pickle round trip gives an equal component of the same class."""
    with PICKLES.kept_by(component, "pickling"):
        again = pickle.loads(pickle.dumps(component))  # noqa: S301 written in the line that reads it
    if type(again) is not type(component) or again != component:
        raise PICKLES.broken(component, f"it comes back as {again!r}, which is not equal to {component!r}")


CHECKS: tuple[Check, ...] = (
    check_options_are_validated,
    check_options_are_described,
    check_options_are_read_back,
    check_pickles_to_a_worker,
)
"""The checks that every component has to pass."""

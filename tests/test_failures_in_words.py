"""Pieces of work that failed are named; many that failed for one reason are told once."""

from types import SimpleNamespace

from smoothdistill_core.wording.failures import failures_in_words


def told(*failed):
    """Tell of failures, each given as ``name: reason``."""
    records = [
        SimpleNamespace(reason=reason, name=name) for name, _, reason in (each.partition(": ") for each in failed)
    ]
    return list(failures_in_words(records, lambda record: record.name))


def test_few_failures_are_named_one_by_one():
    assert told("a: too long", "b: too wide", "c: too long") == ["a: too long", "c: too long", "b: too wide"]


def test_of_many_with_one_reason_the_first_is_named():
    many = [f"teacher {number}: no time was left" for number in range(20)]
    assert told("a: too long", *many) == ["a: too long", "teacher 0 and 19 more: no time was left"]


def test_nothing_failed():
    assert told() == []

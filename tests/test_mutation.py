"""The mutation test finds what tests do not notice, and goes on where it was stopped."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent / "mutation"

CODE = '''"""Prices."""

__all__ = ["price"]


def price(amount: int | None, member: bool) -> float:
    """Return the price of an amount."""
    if amount is None:
        raise ValueError(f"an amount is a number, not {amount!r}"[:80])
    discount = 0.5 if member and amount > 10 else 1.0
    return amount * discount


def unused():
    return 1
'''

TESTS = """
import pytest
from smoothdistill_core.prices.price import price

@pytest.mark.parametrize(("amount", "member", "expected"), [(20, True, 10.0), (20, False, 20.0), (5, True, 5.0)])
def test_many_are_cheaper_for_members(amount, member, expected):
    assert price(amount, member) == expected

def test_no_amount_has_no_price():
    with pytest.raises(ValueError):
        price(None, False)
"""


@pytest.fixture
def toy(tmp_path):
    """A checkout of one room with one module, and tests that miss what happens at ten."""
    for file, text in [
        ("smoothdistill_core/__init__.py", ""),
        ("smoothdistill_core/prices/__init__.py", ""),
        ("smoothdistill_core/prices/price.py", CODE),
        ("tests/prices/test_price.py", TESTS),
    ]:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text)
    return tmp_path


def mutation(root, *arguments):
    done = subprocess.run(
        [sys.executable, SCRIPT, "--rooms", "prices", "--workers", "1", *arguments],
        cwd=root,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": "--an-option-of-the-caller"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    return done.returncode, done.stdout + done.stderr


FILE = "smoothdistill_core/prices/price.py"


@pytest.mark.slow
def test_mutants_are_killed_or_listed_with_their_place_and_change_and_known_the_next_time(toy):
    code, text = mutation(toy)
    assert code == 0, text
    listed = text[text.rindex("known from before") :].splitlines()
    survivors = [line for line in listed if line.startswith(("survived:", "unreached:"))]
    assert survivors == [
        f"survived: {FILE}:10 in price: 10 -> 11",
        f"survived: {FILE}:10 in price: 10 -> 9",
        f"survived: {FILE}:10 in price: amount > 10 -> amount >= 10",
        f"unreached: {FILE}:15 in unused: 1 -> 0",
        f"unreached: {FILE}:15 in unused: 1 -> 2",
        f"unreached: {FILE}:15 in unused: return 1 -> return None",
    ]
    assert "killed    smoothdistill_core/prices/price.py:9 in price: raise ValueError" in text
    assert "9 of 15 killed (60.0%), 0 equivalent" in listed[-1]
    assert (toy / FILE).read_text() == CODE

    _, again = mutation(toy)
    assert "15 mutants, 15 of them known from before" in again
    assert again.splitlines()[1:] == [*survivors, *listed[-2:]]


@pytest.mark.slow
def test_a_run_that_was_stopped_goes_on_and_new_tests_ask_again(toy):
    _, few = mutation(toy, "--count", "4")
    assert "4 mutants, 0 of them" in few
    with (toy / "build" / "mutation.jsonl").open("a") as file:
        file.write('{"mutant": "smoothd')  # killed while it wrote
    _, more = mutation(toy, "--count", "6")
    assert "6 mutants, 4 of them known" in more
    (toy / "tests" / "prices" / "test_ten.py").write_text(TESTS + "\ndef test_ten(): assert price(10, True) == 10.0\n")
    _, new = mutation(toy, "--count", "6")
    assert "6 mutants, 0 of them known" in new


@pytest.mark.slow
def test_what_no_test_can_notice_is_listed_with_the_reason_and_not_counted(toy):
    entry = f"""
[[equivalent]]
file = "{FILE}"
function = "price"
line = "discount = 0.5 if member and amount > 10 else 1.0"
changes = ["amount > 10 -> amount >= 10", "amount > 10 -> amount != 10"]
reason = "nobody buys ten"
"""
    (toy / "tests" / "mutation").mkdir()
    (toy / "tests" / "mutation" / "equivalent.toml").write_text(entry)
    _, text = mutation(toy)
    assert "9 of 14 killed (64.3%), 1 equivalent" in text
    assert "lists what is no mutant any more" in text
    assert "amount != 10" in text


def test_tests_that_fail_without_any_change_end_the_run(toy):
    (toy / "tests" / "prices" / "test_wrong.py").write_text("def test_wrong(): assert False\n")
    code, text = mutation(toy)
    assert code == 1
    assert "the tests must pass on the code as it is" in text


def test_an_unknown_room_is_refused(tmp_path):
    code, text = mutation(tmp_path)
    assert code == 2
    assert "has no code of prices" in text

"""The checks of datasets: each fails for its broken twin, and only for that."""

import random
import socket
import time
import urllib.request

import numpy as np
import pandas as pd
import pytest

from smoothdistill_core import DataError, Dataset, Table
from smoothdistill_core.testing import datasets, tiny


class Sound(Dataset):
    """Forty rows."""

    name = "sound"

    def load(self):
        return Table(self.frame(), **self.about())

    def frame(self):
        x = np.linspace(-1.0, 1.0, 40)
        return pd.DataFrame({"x": x, "side": ["left", "right"] * 20, "y": np.sin(3 * x)})

    def about(self):
        return {"target": "y", "categorical": ("side",), "notes": ("made up",), "citation": "Me", "licence": "MIT"}


class Changed(Sound):
    """Sound, but for what a test says of its table."""

    about_table: tuple[tuple[str, str], ...] = ()
    """What the table says otherwise."""

    def about(self):
        return {**super().about(), **dict(self.about_table)}


class FrameOnly(Sound):
    """Returns the frame."""

    def load(self):
        return self.frame()


class NoFeature(Sound):
    """Has a target and nothing else."""

    def frame(self):
        return super().frame()[["y"]]

    def about(self):
        return {**super().about(), "categorical": ()}


class Numbered(Sound):
    """Calls a column by a number."""

    def frame(self):
        return super().frame().rename(columns={"x": 1})


class Twice(Sound):
    """Has two columns of one name."""

    def frame(self):
        return super().frame().assign(z=1.0).set_axis(["x", "side", "y", "x"], axis="columns")


class NoSuchCategory(Sound):
    """Names a category that is no column."""

    def about(self):
        return {**super().about(), "categorical": ("sides",)}


class NoTarget(Sound):
    """Misspells its target."""

    def about(self):
        return {**super().about(), "target": "Y"}


class TextTarget(Sound):
    """Has a target in words."""

    def frame(self):
        return super().frame().assign(y="much")


class Gaps(Sound):
    """Has a missing target."""

    def frame(self):
        frame = super().frame()
        frame.loc[3, "y"] = np.nan
        return frame


class Flat(Sound):
    """Has one target for all."""

    def frame(self):
        return super().frame().assign(y=1.0)


class Leaking(Sound):
    """Holds the target twice."""

    def frame(self):
        frame = super().frame()
        return frame.assign(copy=frame["y"])


class Infinite(Sound):
    """Has an infinite feature."""

    def frame(self):
        frame = super().frame()
        frame.loc[3, "x"] = np.inf
        return frame


class BadAdvice(Sound):
    """Advises a logarithm of what is negative."""

    def frame(self):
        frame = super().frame()
        return frame.assign(y=10 * frame["y"])

    def about(self):
        return {**super().about(), "advised": "log1p"}


class OneNote(Sound):
    """Forgets the comma."""

    def about(self):
        return {**super().about(), "notes": "made up"}


class Anonymous(Sound):
    """Cites nobody."""

    def about(self):
        return {**super().about(), "citation": ""}


class Unlicensed(Sound):
    """Says nothing of a licence."""

    def about(self):
        return {**super().about(), "licence": " "}


class Poem(Sound):
    """Has a label of two lines."""

    @property
    def label(self):
        return "roses are red\nviolets are blue"


class Addressed(Sound):
    """Has its place in memory for a label."""

    @property
    def label(self):
        return f"table at {id(self)}"


class Unseeded(Sound):
    """Shuffles without a seed."""

    def frame(self):
        return super().frame().sample(frac=1.0, random_state=np.random.default_rng()).reset_index(drop=True)


class Shared(Sound):
    """Hands out one and the same frame."""

    def frame(self):
        if not KEPT:
            KEPT.append(super().frame())
        return KEPT[0]


KEPT: list[pd.DataFrame] = []


class Refusing(Sound):
    """Cannot be had without a network, and says what to do."""

    def load(self):
        raise DataError("no connection; put the file sound.csv into the folder of SMOOTHDISTILL_DATA")


class Downloading(Sound):
    """Lets the error of the download through."""

    def load(self):
        urllib.request.urlopen("http://127.0.0.1:9/sound.csv", timeout=1)
        return super().load()


class Curt(Sound):
    """Wraps the error of the download, and does not help."""

    def load(self):
        try:
            socket.create_connection(("127.0.0.1", 9), timeout=1)
        except OSError:
            raise DataError("no connection") from None
        return super().load()


class Stubborn(Sound):
    """Tries again and again."""

    def load(self):
        for _ in range(3):
            try:
                socket.getaddrinfo("localhost", 9)
                break
            except OSError:
                time.sleep(0.2)
        return super().load()


class Chatty(Sound):
    """Prints, and moves Python's random state."""

    def load(self):
        print("loading")
        random.seed(0)
        return super().load()


@pytest.mark.parametrize("dataset", [Sound(), tiny.TinyDataset()], ids=lambda d: d.name)
def test_a_sound_dataset_passes_all(broken, dataset):
    assert broken(dataset) == {}


@pytest.mark.parametrize(
    ("component", "check", "found", "remedy"),
    [
        (Leaking, "check_target_is_no_feature", "'copy' equals the target 'y' in every row", "leave the copy"),
        (Infinite, "check_can_be_prepared", "'x' has 1 infinite values", "do what the error says"),
        (BadAdvice, "check_can_be_prepared", "log1p needs values above -1", "do what the error says"),
        (OneNote, "check_notes", "the notes are 'made up'", "with a comma for one"),
        (Anonymous, "check_citation", "its citation is ''", "pass citation=... to Table"),
        (Unlicensed, "check_licence", "its licence is ' '", "if none is stated, say just that"),
        (Poem, "check_label", "'roses are red\\nviolets are blue'", "return the name"),
        (Addressed, "check_label", "an equal dataset has another label", "return the name"),
        (Unseeded, "check_loads_the_same_twice", "the second table is not the first one", "seed every"),
        (Chatty, "check_leaves_the_process_alone", "Python's global random state, standard output", "default_rng"),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_a_broken_twin_fails_its_check_only(only_broken, component, check, found, remedy):
    only_broken(component(), check, found, remedy)


@pytest.mark.parametrize(
    ("component", "check", "found"),
    [
        (NoFeature, "check_table_shape", "the frame has 40 rows and 1 columns"),
        (Numbered, "check_column_names", "1 is the name of a column"),
        (Twice, "check_column_names", "two columns are called 'x'"),
        (NoSuchCategory, "check_column_names", "categorical names 'sides', which is no feature"),
        (NoTarget, "check_target", "there is no column 'Y'"),
        (TextTarget, "check_target", "the target 'y' holds 'much'"),
        (Gaps, "check_target", "in data row 4 the target 'y' is nan"),
        (Flat, "check_target", "the target 'y' is 1 in every row"),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_an_unsound_table_fails_its_check_and_can_at_most_not_be_prepared(broken, component, check, found):
    messages = broken(component())
    assert found in messages.pop(check)
    assert set(messages) <= {"check_can_be_prepared"}


def test_what_is_no_table_is_told_so(broken):
    assert "load() returned DataFrame, no Table" in broken(FrameOnly())["check_table_shape"]


def test_a_table_that_is_handed_out_twice_is_found_out(broken):
    KEPT.clear()
    message = broken(Shared())["check_loads_the_same_twice"]
    assert "hand out no table twice" in message


def test_a_dataset_may_refuse_to_load_offline_if_it_says_what_to_do():
    datasets.check_works_or_refuses_offline(Refusing())


@pytest.mark.parametrize(
    ("component", "found"),
    [
        (Downloading(), "load() raised URLError"),
        (Curt(), "'no connection' does not say what to do"),
        (Stubborn(), "it was still loading"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_dataset_that_does_not_help_offline_is_found_out(component, found, monkeypatch):
    monkeypatch.setattr(datasets, "OFFLINE_SECONDS", 0.3)
    with pytest.raises(AssertionError) as caught:
        datasets.check_works_or_refuses_offline(component)
    assert found in str(caught.value)
    assert "raise DataError with what to put where" in str(caught.value)


def test_the_network_is_back_after_the_check():
    datasets.check_works_or_refuses_offline(Sound())
    assert socket.getaddrinfo("127.0.0.1", 9)

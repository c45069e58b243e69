"""Changed bits and other damage of a stored run: it shows the same or says damage, and ends whole when run again."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random
from unittest.mock import patch

from campaign import Campaign, LostError
from click.testing import CliRunner
from study import Contents, run_here, without_meta

from smoothdistill_core import StoreError
from smoothdistill_core.cli import main
from smoothdistill_core.cli.exit_codes import BAD_FOLDER
from smoothdistill_core.store import Store

FILE = "results.sqlite"
PAGE = 4096


class Flips(Campaign):
    """Damages the file of a run: every other time by one bit."""

    name = "flips"
    seconds = 10.0

    def prepare(self) -> None:
        """Run the study; its times are all the same, so that a seed draws the same damage in any such file."""
        whole = self.folder / "run"
        with patch.object(time, "monotonic", lambda: 0.0), Store(whole) as store:
            run_here(store)
            self.whole = _results(store)
        self.sound = (whole / FILE).read_bytes()
        self.shown = show(whole)
        assert self.shown[0] == 0, self.shown[1]

    def case(self, number: int) -> str:
        """Show a damaged run, then run it again to its end."""
        content, what = damaged(self.sound, self.drawn(number), single=number % 2 == 0)
        folder = self.folder / str(number)
        folder.mkdir()
        (folder / FILE).write_bytes(content)
        code, said = show(folder)
        noticed = code == BAD_FOLDER and said.startswith("FOLDER")
        if not noticed and (code, said) != self.shown:
            raise LostError(f"{what}: shown with {code}: {said[:2000]}")
        if (folder / FILE).read_bytes() != content:
            raise LostError(f"{what}: who only reads has written")
        try:
            with Store(folder) as store:
                if noticed and not store.notices:
                    raise LostError(f"{what}: who goes on with the run says nothing")
                run_here(store)
                if _results(store) != self.whole:
                    raise LostError(f"{what}: run again, it holds something else")
        except StoreError as error:
            if "newer smoothdistill" not in str(error) and "too old" not in str(error):  # its version was changed
                raise
            return f"{what}: {error}"
        return f"{what}: {'noticed' if noticed else 'no other word'}"


def _results(store: Store) -> Contents:
    """Return what was found; the picture of the answer is drawn anew, without a teacher whose weights are gone."""
    return {table: rows for table, rows in without_meta(store).items() if table != "portraits"}


def show(folder: Path) -> tuple[int, str]:
    """Return the exit code and the words of ``show --json``."""
    result = CliRunner().invoke(main, ["show", str(folder), "--json"])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output.replace(str(folder), "FOLDER")


def damaged(sound: bytes, draw: Random, single: bool) -> tuple[bytes, str]:
    """Return the bytes with one bit changed, or with other damage, and what was done to them."""
    place = draw.randrange(len(sound))
    if single:
        bit = draw.randrange(8)
        return _changed(sound, place, bytes([sound[place] ^ 1 << bit])), f"bit {bit} of byte {place}"
    kind = draw.choice(["noise", "zeros", "cut", "longer", "pages swapped", "lost write"])
    length = min(draw.choice([2, 8, 100, PAGE, 3 * PAGE]), len(sound) - place)
    pages = [sound[start : start + PAGE] for start in range(0, len(sound), PAGE)]
    one, other = draw.randrange(len(pages)), draw.randrange(len(pages))
    match kind:
        case "noise":
            content = _changed(sound, place, draw.randbytes(length))
        case "zeros":
            content = _changed(sound, place, bytes(length))
        case "cut":
            content = sound[:place]
        case "longer":
            content = sound + draw.randbytes(length)
        case "pages swapped":
            pages[one], pages[other] = pages[other], pages[one]
            content = b"".join(pages)
        case _:
            pages[one] = pages[other]
            content = b"".join(pages)
    return content, f"{kind} ({length} bytes at {place}, pages {one} and {other})"


def _changed(content: bytes, place: int, new: bytes) -> bytes:
    return content[:place] + new + content[place + len(new) :]

"""What a component with a secret says when it fails may hold the secret: it is neither shown nor stored."""

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated

import pytest
from pydantic import AfterValidator, BaseModel, model_validator

from smoothdistill_core import DataError, RecipeError, Results, Secret, Study, read_recipe, recipe_from_data
from smoothdistill_core.report import write_report
from smoothdistill_core.testing import tiny

VALUE = "hunter2-at-the-gate"
URL = f"postgresql://anna:{VALUE}@host/houses"


def is_url(given):
    if "://" not in given.get_secret_value():
        raise ValueError(f"{given.get_secret_value()} is no address; write driver://name:password@host")
    return given


class Login(BaseModel):
    """A name and a password."""

    name: str
    password: Secret


OPENED = []
"""An entry for each time that the table was asked for."""


class Tables(tiny.TinyDataset):
    """A table of a database; ``opens`` says how often it can be had."""

    name = "tables"
    url: Annotated[Secret, AfterValidator(is_url)]
    """Where the database is."""
    login: Login | None = None
    """Who asks."""
    rows: int = 40
    """How many rows it has."""
    opens: int = 0
    """How often it can be had."""

    @model_validator(mode="after")
    def _enough_rows(self):
        if self.rows < 10:
            raise ValueError(f"{self.url.get_secret_value()} has too few rows; ask for 10")
        return self

    def load(self):
        OPENED.append(1)
        if len(OPENED) > self.opens:
            raise ConnectionError(f"cannot open {self.url.get_secret_value()}")
        return super().load()


class Open(tiny.TinyDataset):
    """A table of a database that anybody may read."""

    name = "open"
    url: Secret | None = None
    """Where the database is."""

    def load(self):
        raise ConnectionError("the host is away")


class Asking(tiny.TinyStudent):
    """Asks a service."""

    name = "asking"
    key: Secret
    """Pays for it."""

    def distil(self, task):
        raise RuntimeError(f"the service refuses {self.key.get_secret_value()}")


class Renting(tiny.TinyTeacher):
    """Trains elsewhere."""

    name = "renting"
    key: Secret
    """Pays for it."""
    trains: bool = True
    """Whether it gets so far."""

    def train(self, jobs):
        if not self.trains:
            raise DataError(f"the service refuses {self.key.get_secret_value()}; pay")
        trained = super().train(jobs)
        trained[0].save = self._refuse
        return trained

    def _refuse(self):
        raise RuntimeError(f"the service keeps what {self.key.get_secret_value()} has trained")


class Judging(tiny.TinyNorm):
    """Asks a judge."""

    name = "judging"
    key: Secret
    """Pays for it."""

    def score(self, context):
        raise RuntimeError(f"the service refuses {self.key.get_secret_value()}")


@pytest.fixture
def registry(smoothdistill_make_registry):
    OPENED.clear()
    return smoothdistill_make_registry(*tiny.COMPONENTS, Tables, Open, Asking, Renting, Judging)


def study(registry, folder=None, **data):
    given = {"teacher": "tiny", "student": "tiny", "metric": ["r2", "jacobian_norm"], "trials": {"seeds": 1}, **data}
    return Study(recipe_from_data({"regularizer": "none", "dataset": "tiny", **given}, registry), registry, folder)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            {"dataset": {"name": "tables", "url": URL, "opens": 1}, "trials": {"seeds": 2}},
            "ConnectionError, whose message is kept back: the dataset 'tables' has a secret, which it may show",
        ),
        ({"student": {"name": "asking", "key": VALUE}}, "student 'asking': RuntimeError, whose message is kept back"),
        ({"teacher": {"name": "renting", "key": VALUE}}, "teacher 'renting': RuntimeError, whose message is kept back"),
        (
            {"teacher": {"name": "renting", "key": VALUE, "trains": False}},
            "teacher 'renting': DataError, whose message is kept back",
        ),
        (
            {"metric": ["r2", "jacobian_norm", {"name": "judging", "key": VALUE}]},
            "RuntimeError, whose message is kept back: the metric 'judging' has a secret",
        ),
    ],
    ids=["load", "distil", "save", "train", "score"],
)
def test_what_a_component_with_a_secret_raises_is_not_stored_as_the_reason(registry, tmp_path, caplog, data, said):
    caplog.set_level(logging.DEBUG)
    with ThreadPoolExecutor(1) as executor:
        results = study(registry, tmp_path, **data).run(executor=executor, workers=1)
    assert said in results.failed[0].reason
    write_report(Results.read(tmp_path), tmp_path / "report.html")
    held = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert b"whose message is kept back" in held
    assert VALUE.encode() not in held
    assert VALUE not in caplog.text


def test_what_a_dataset_with_a_secret_raises_is_not_shown_before_the_run(registry):
    said = "ConnectionError, whose message is kept back: the dataset 'tables' has a secret, which it may show"
    with pytest.raises(DataError, match=f"^dataset 'tables': {said}$") as error:
        study(registry, dataset={"name": "tables", "url": URL}).plan()
    assert error.value.__cause__ is error.value.__context__ is None


def test_a_worker_that_fails_with_it_stores_nothing_of_it(registry, tmp_path, monkeypatch):
    def fail(*arguments, **options):
        raise RuntimeError(f"cannot read {VALUE}")

    monkeypatch.setattr("smoothdistill_core.study.work.distil_student", fail)
    with ThreadPoolExecutor(1) as executor:
        results = study(registry, student={"name": "asking", "key": VALUE}).run(executor=executor, workers=1)
    reasons = {record.reason for record in results.failed}
    assert reasons == {
        "its worker process failed: RuntimeError, whose message is kept back: the student 'asking' has a secret, which "
        "it may show"
    }


def test_a_secret_that_is_not_given_hides_nothing(registry):
    with pytest.raises(DataError, match="dataset 'open': ConnectionError: the host is away"):
        study(registry, dataset="open").plan()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"url": VALUE}, "what was given does not fit, and why is kept back, because it may show a secret"),
        ({"url": URL, "rows": 3}, "what was given does not fit, and why is kept back, because it may show a secret"),
        ({"url": URL, "login": {"name": "anna", "password": [VALUE]}}, "a secret is text, and this is something else"),
        ({"url": URL, "login": {"name": 5, "password": VALUE}}, "what was given does not fit"),
        ({"url": URL, "login": VALUE}, "what was given does not fit"),
        ({"url": URL, "rows": "many"}, "the text 'many' does not fit; it should be a whole number"),
    ],
    ids=["its own check", "a check of all", "inside", "beside", "in place of it", "another option"],
)
def test_no_error_of_a_recipe_shows_what_a_check_says_of_a_secret(registry, options, said):
    with pytest.raises(RecipeError) as error:
        study(registry, dataset={"name": "tables", **options})
    assert said in str(error.value)
    assert VALUE not in str(error.value)


@pytest.mark.parametrize(
    "assignment",
    [
        f"dataset.url={VALUE}",
        f"dataset.url=[{VALUE}]",
        f"dataset.url=*{VALUE}",
        f"dataset.url=!{VALUE}",
        f"dataset.url=!{VALUE}!x",
        f"dataset.url=[*{VALUE}",
        f"dataset.url: {VALUE}",
        f"dataset.url {VALUE}",
        f"dataset.urll={VALUE}",
        f"dataset.url.more={VALUE}",
        f"nothing.url={VALUE}",
        f"trials.url={VALUE}",
    ],
)
def test_a_wrong_override_shows_its_path_and_not_its_value(registry, tmp_path, assignment):
    (tmp_path / "r.yaml").write_text(tiny.RECIPE.replace("dataset: tiny", f"dataset: {{name: tables, url: '{URL}'}}"))
    with pytest.raises(RecipeError) as error:
        read_recipe(tmp_path / "r.yaml", registry, [assignment])
    path = assignment.replace(":", "=").replace(" ", "=").partition("=")[0]
    assert f"--set {path}" in str(error.value) or "there is no key 'nothing'" in str(error.value)
    assert VALUE not in str(error.value)


@pytest.mark.parametrize("written", [f"*{VALUE}", f"!{VALUE} ", f"[{VALUE}]", VALUE], ids=["*", "!", "[", "text"])
def test_a_recipe_with_a_secret_that_cannot_be_read_does_not_show_it(registry, tmp_path, written):
    (tmp_path / "r.yaml").write_text(tiny.RECIPE.replace("dataset: tiny", f"dataset: {{name: tables, url: {written}}}"))
    with pytest.raises(RecipeError) as error:
        read_recipe(tmp_path / "r.yaml", registry)
    assert "r.yaml:3:30" in str(error.value)
    assert VALUE not in str(error.value)

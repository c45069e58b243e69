"""The store: one owner at a time, nothing finished is ever lost, and clear words for what goes wrong."""

import math
import multiprocessing
import os
import time

import pytest

from smoothdistill_core import Formula, StoreError
from smoothdistill_core.components import Measure, MetricFacts, Role
from smoothdistill_core.portrait import Effect, Portrait, Portrayed
from smoothdistill_core.preparation import SplitFacts
from smoothdistill_core.scaling import Feature, Scaling
from smoothdistill_core.store import Cell, CellState, PortraitRecord, RunRecord, Store, TrialRecord
from smoothdistill_core.trial import Failure, FrontEntry, StudentResult, TeacherResult

FACTS = SplitFacts(
    Scaling((Feature("x", None, 0.0, 1.0, -2.0, 2.0),), "y", "none", 0.0, 1.0), ("a note",), {"train": 3, "test": 2}
)
TRIAL = TrialRecord("trial", "line", 0, 0)
TEACHER = Cell("teach", "trial", Role.TEACHER, teacher="mlp", regularizer="jacobian", strength=0.1)
STUDENT = Cell("study", "trial", Role.TAUGHT, "teach", "mlp", "jacobian", 0.1, "gplearn")
SCORES = {("train", "r2"): 0.5, ("test", "r2"): float("nan"), ("test", "rmse"): float("inf")}


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "run") as store:
        store.set_plan([TRIAL], [TEACHER, STUDENT])
        yield store


def test_a_planned_cell_waits(store):
    assert [record.state for record in store.cells()] == ["planned", "planned"]
    assert store.trials()["trial"].facts is None


def test_a_teacher_comes_back_with_its_weights_scores_and_notes(store):
    store.record_teacher("teach", TeacherResult(b"weights", SCORES, FACTS, ("looped",), 1.5))
    record = store.cells()[0]
    assert (record.state, record.notes, record.seconds, record.attempts) == ("done", ("looped",), 1.5, 1)
    assert record.scores["train", "r2"] == 0.5
    assert record.scores["test", "r2"] != record.scores["test", "r2"]
    assert record.scores["test", "rmse"] == float("inf")
    assert store.weights("teach") == b"weights"
    assert store.with_weights() == {"teach"}
    assert store.trials()["trial"].facts == FACTS


def test_a_front_of_formulas_comes_back_in_its_order(store):
    x, longer = Formula.variable(0), Formula.apply("add", Formula.variable(0), Formula.constant(0.1))
    front = (
        FrontEntry(x, {("test", "r2"): 0.1}, longer, longer),
        FrontEntry(longer, {("test", "r2"): 0.2}, x, Formula.constant(1 / 3), pole="1/x"),
        FrontEntry(longer, {("test", "r2"): 0.3}, x, x, notes=("Ended früh.", "Twice."), standard_errors=(1 / 3,)),
        FrontEntry(x, {("test", "r2"): 0.4}, x, x, standard_errors=()),
    )
    store.record_student("study", StudentResult(front, FACTS, 2.0))
    assert store.cells()[1].front == front


def test_the_highest_scores_leave_out_what_is_no_number(store):
    x = Formula.variable(0)
    scores = [{("validation", "r2"): value, ("test", "r2"): 0.9} for value in (0.1, math.nan, 0.4, 0.2)]
    front = tuple(FrontEntry(x, each, x, x) for each in scores)
    store.record_student("study", StudentResult(front, FACTS, 2.0))
    store.record_teacher("teach", TeacherResult(b"weights", {("validation", "r2"): math.nan}, FACTS, (), 1.5))
    assert store.highest_scores("validation", "r2") == {"study": 0.4}
    assert store.highest_scores("validation", "rmse") == {}
    assert [entry.formula for entry in store.front("study")] == [x] * 4


def test_a_standard_error_that_is_not_known_comes_back_as_no_number(store):
    line = Formula.linear([1.0], 2.0)
    entry = FrontEntry(line, {("test", "r2"): 0.1}, line, line, standard_errors=(0.5, math.nan))
    store.record_student("study", StudentResult((entry,), FACTS, 2.0))
    known, unknown = store.cells()[1].front[0].standard_errors
    assert known == 0.5
    assert math.isnan(unknown)


def test_scores_by_further_metrics_come_to_those_that_are_there(store):
    x, line = Formula.variable(0), Formula.linear([1.0], 2.0)
    front = tuple(FrontEntry(f, {("test", "r2"): 0.1, ("test", "size"): 1.0}, f, f) for f in (x, line))
    store.record_student("study", StudentResult(front, FACTS, 2.0), "teach", {"r2": "1a", "size": "2b"})
    assert [entry.formula for entry in store.front("study")] == [x, line]
    store.record_scores(
        "study",
        [{("test", "size"): 3.0}, {("test", "size"): math.inf, ("test", "depth"): 2.0}],
        {"size": "2c", "depth": "3d"},
    )
    record = store.cells()[1]
    assert [entry.scores for entry in record.front] == [
        {("test", "r2"): 0.1, ("test", "size"): 3.0},
        {("test", "r2"): 0.1, ("test", "size"): math.inf, ("test", "depth"): 2.0},
    ]
    assert record.scored_by == store.states()["study"].scored_by == {"r2": "1a", "size": "2c", "depth": "3d"}
    assert (record.state, record.seconds, record.attempts) == ("done", 2.0, 1)


def test_why_scores_could_not_be_added_is_noted_once_until_they_are(store):
    store.record_teacher("teach", TeacherResult(b"weights", {("test", "r2"): 0.5}, FACTS, ("looped",), 1.5))
    for _ in range(2):
        store.record_unchanged("teach", "no luck")
    record = store.cells()[0]
    assert (record.state, record.notes) == ("done", ("looped", "left as it was: no luck"))
    store.record_scores("teach", [{("test", "size"): 3.0}], {"size": "2b"})
    assert store.cells()[0].notes == ("looped",)


def test_a_teacher_that_was_trained_again_has_its_weights_back(store):
    store.record_teacher("teach", TeacherResult(b"weights", {}, FACTS, (), 1.5))
    for weights in (b"once more", b"the last"):
        store.keep_weights("teach", weights)
        assert store.weights("teach") == weights


def test_a_failure_keeps_its_reason_and_counts_attempts(store):
    store.record_failure("study", Failure("no luck", 1.0))
    store.record_failure("study", Failure("no luck again", 1.0))
    record = store.cells()[1]
    assert (record.state, record.reason, record.attempts) == ("failed", "no luck again", 2)


def test_weights_are_dropped_with_their_trial(store):
    store.record_teacher("teach", TeacherResult(b"weights", {}, FACTS, (), 1.0))
    store.drop_weights(["other"])
    assert store.weights("teach") == b"weights"
    store.drop_weights(["trial"])
    assert store.weights("teach") is None


def test_of_the_teachers_of_a_trial_some_can_stay(store):
    store.set_plan([TRIAL], [TEACHER, Cell("other", "trial", Role.TEACHER)])
    for key in ("teach", "other"):
        store.record_teacher(key, TeacherResult(b"weights", {}, FACTS, (), 1.0))
    store.drop_weights(["trial"], but=["other"])
    assert store.with_weights() == {"other"}


def test_a_portrait_comes_back_and_another_takes_its_place(store):
    effect = Effect(("red", "blue"), (1.0, math.nan), None)
    formula = Portrayed("study", 1, (0.1, math.nan), {"colour": 1.0}, {"colour": effect})
    portrait = Portrait("validation", 3, {"colour": ("red", None)}, (1.0, 2.0), (0.9, math.nan), (formula,))
    record = PortraitRecord("line", "abc", portrait)
    store.record_portrait(PortraitRecord("line", "before", Portrait("test", 2, {}, (1.0, 2.0), None, ())))
    store.record_portrait(PortraitRecord("other", "abc", portrait))
    store.record_portrait(record)
    assert store.portraits() == [record, PortraitRecord("other", "abc", portrait)]


def test_cells_outside_a_new_plan_keep_their_results(store):
    store.record_failure("study", Failure("no luck", 1.0))
    store.set_plan([TRIAL], [TEACHER])
    assert [record.cell.key for record in store.cells()] == ["teach"]
    store.set_plan([TRIAL], [TEACHER, STUDENT])
    assert store.cells()[1].state == "failed"


def test_contents_leave_out_times_and_attempts(tmp_path):
    contents = []
    for attempts in (1, 2):
        with Store(tmp_path / str(attempts)) as store:
            store.set_plan([TRIAL], [TEACHER])
            for attempt in range(attempts):
                store.record_teacher("teach", TeacherResult(b"weights", {}, FACTS, (), 1.0 + attempt))
            contents.append(store.contents())
    assert contents[0] == contents[1]
    assert contents[0]["weights"] == [("teach", b"weights")]


def test_without_a_folder_results_live_in_memory():
    with Store(None) as store:
        store.set_plan([TRIAL], [TEACHER])
        assert len(store.cells()) == 1


def test_a_folder_belongs_to_one_recipe_name(tmp_path):
    with Store(tmp_path / "run") as store:
        assert store.claim("housing", {"seeds": 1}, {}) is None
        assert store.claim("housing", {"seeds": 2}, {}) == {"seeds": 1}
        with pytest.raises(StoreError, match="belongs to the recipe 'housing', not 'other'; give another folder"):
            store.claim("other", {}, {})


def test_what_the_metrics_of_a_run_say_of_themselves_comes_back(store):
    assert store.noted() is None
    metrics = (
        MetricFacts("r2", "higher", Measure.ACCURACY, "R²", "", "both", "1a"),
        MetricFacts("size", "lower", Measure.OTHER, "size", "nodes", "formulas"),
    )
    store.claim("housing", {"seeds": 1}, {"numpy": "2.0"}, ("a does not fit b",), metrics)
    assert store.noted() == RunRecord("housing", {"seeds": 1}, {"numpy": "2.0"}, ("a does not fit b",), metrics)
    store.claim("housing", {"seeds": 1}, {"numpy": "2.0"}, (), metrics[1:])
    assert store.noted().metrics == metrics[1:]


def test_a_folder_in_use_is_refused_and_given_free_at_the_end(tmp_path):
    with Store(tmp_path / "run"):
        with pytest.raises(StoreError, match="is in use by another process"):
            Store(tmp_path / "run")
        with Store(tmp_path / "run", read_only=True) as reader:
            assert reader.cells() == []
    Store(tmp_path / "run").close()


def hold(folder, ready):
    with Store(folder):
        ready.set()
        time.sleep(60)


def test_a_killed_owner_leaves_the_folder_free(tmp_path):
    context = multiprocessing.get_context("fork")
    ready = context.Event()
    owner = context.Process(target=hold, args=(tmp_path / "run", ready))
    owner.start()
    assert ready.wait(30)
    with pytest.raises(StoreError, match="in use by another process"):
        Store(tmp_path / "run")
    owner.kill()
    owner.join()
    Store(tmp_path / "run").close()


def test_a_full_disk_is_said_and_loses_nothing(store):
    store.record_failure("teach", Failure("first", 1.0))
    database = store._database
    pages = database.execute("PRAGMA page_count").fetchone()[0]
    database.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match="the disk is full; free some space and run the same command"):
        store.record_teacher("teach", TeacherResult(b"x" * 100_000, {}, FACTS, (), 1.0))
    database.execute("PRAGMA max_page_count = 1000000")
    assert store.cells()[0].reason == "first"
    store.record_teacher("teach", TeacherResult(b"x" * 100_000, {}, FACTS, (), 1.0))
    assert store.cells()[0].state == "done"


def test_a_folder_with_other_things_in_it_is_refused(tmp_path):
    (tmp_path / "thesis.tex").write_text("precious")
    with pytest.raises(StoreError, match="is not empty and holds no run"):
        Store(tmp_path)
    with pytest.raises(StoreError, match="is a file; give a folder"):
        Store(tmp_path / "thesis.tex")
    assert os.listdir(tmp_path) == ["thesis.tex"]


def test_reading_where_no_run_is_says_so(tmp_path):
    with pytest.raises(StoreError, match=r"holds no run: there is no results.sqlite in it"):
        Store(tmp_path, read_only=True)


def test_a_time_limit_is_noted_until_the_cell_ends_otherwise(store):
    store.record_failure("study", Failure("timed out after 60 s", 60.0, stopped_after=60.0))
    assert store.states()["study"].stopped_after == 60.0
    store.record_failure("study", Failure("no luck", 1.0))
    assert store.states()["study"].stopped_after is None


def test_states_tell_of_cells_outside_of_the_plan_too(store):
    store.record_teacher("teach", TeacherResult(b"weights", {}, FACTS, (), 1.5))
    store.set_plan([TRIAL], [STUDENT])
    assert store.states() == {
        "teach": CellState("done", planned=False, seconds=1.5, attempts=1),
        "study": CellState("planned", planned=True, teacher_cell="teach"),
    }


def test_peeking_finds_a_run_or_room_for_one_and_leaves_no_trace(tmp_path):
    assert Store.peek(tmp_path / "new") is None
    assert Store.peek(tmp_path) is None
    assert list(tmp_path.iterdir()) == []
    Store(tmp_path / "run").close()
    with Store.peek(tmp_path / "run") as store:
        assert store.states() == {}
    with pytest.raises(StoreError, match="is not empty and holds no run"):
        Store.peek(tmp_path)


def write_and_hang(folder, ready):
    with Store(folder) as store:
        store.set_plan([TRIAL], [TEACHER])
        store._database.execute("PRAGMA cache_size = 1")  # so that the transaction reaches the file before its end
        store._database.execute("BEGIN IMMEDIATE")
        for number in range(200):
            store._database.execute("INSERT INTO meta (key, value) VALUES (?, ?)", (f"key{number}", "x" * 5000))
        ready.set()
        time.sleep(60)


def test_a_run_killed_within_a_transaction_can_be_read(tmp_path):
    context = multiprocessing.get_context("fork")
    ready = context.Event()
    writer = context.Process(target=write_and_hang, args=(tmp_path / "run", ready))
    writer.start()
    assert ready.wait(30)
    writer.kill()
    writer.join()
    assert (tmp_path / "run" / "results.sqlite-journal").exists()
    with Store(tmp_path / "run", read_only=True) as reader:
        assert len(reader.cells()) == 1
        assert [key for key, _ in reader.contents()["meta"]] == ["plan"]

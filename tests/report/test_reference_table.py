"""Reference tables: the two shapes, what their words mean, and clear errors for what does not fit."""

import pytest

from smoothdistill_core import ResultError
from smoothdistill_core.report import read_reference
from smoothdistill_core.statistics import comparisons

SWEEP = """dataset,variant,block,value
California Housing,direct_sr,r2,0.427
California Housing,vANN,mean_squared_jacobian_norm,34.94
California Housing,lip_0.1,upper_smoothness,1.191
California Housing,jac_1,r2,0.425
"""
STUDY = """dataset,standard_r2,jacobian_r2,jacobian_p,lipschitz_r2,lipschitz_p
airfoil_self_noise,0.3446,0.3872,0.006,0.3806,0.004
grid_stability,0.6559,0.6814,0.002,,
"""


@pytest.fixture
def read(tmp_path):
    def read(text, **options):
        path = tmp_path / "table.csv"
        path.write_text(text, **options)
        return read_reference(path)

    return read


def plain(reference):
    return [(e.dataset, e.method, e.strength, e.metric, e.of, e.value) for e in reference.entries]


def test_a_long_table_of_a_sweep_is_about_teachers_and_speaks_our_words(read):
    assert plain(read(SWEEP)) == [
        ("California Housing", "direct", None, "r2", "formula", 0.427),
        ("California Housing", "none", None, "jacobian_norm_squared", "teacher", 34.94),
        ("California Housing", "lipschitz", 0.1, "jacobian_norm_max", "teacher", 1.191),
        ("California Housing", "jacobian", 1.0, "r2", "teacher", 0.425),
    ]


def test_a_wide_table_has_a_column_for_each_number_and_may_have_gaps(read):
    found = plain(read(STUDY))
    assert found[0] == ("airfoil_self_noise", "none", None, "r2", "formula", 0.3446)
    assert ("airfoil_self_noise", "jacobian", None, "p", "formula", 0.006) in found
    assert len(found) == 8


def test_strength_and_whose_number_it_is_can_have_columns_of_their_own(read):
    text = "dataset,method,strength,of,metric,value\ntoy,jacobian,0.3,formula,r2,0.5\ntoy,jacobian,,teacher,mae,2\n"
    assert plain(read(text)) == [
        ("toy", "jacobian", 0.3, "r2", "formula", 0.5),
        ("toy", "jacobian", None, "mae", "teacher", 2.0),
    ]


def test_a_file_of_a_spreadsheet_is_read(read):
    text = '\ufeffdataset,method,metric,value\r\n\r\n"a, b",none,R2,0.5\r\n,,,\r\n'
    assert plain(read(text, newline="")) == [("a, b", "none", None, "r2", "formula", 0.5)]


WRONG = {
    "no dataset": ("method,metric,value\na,r2,1\n", ":1: there is no column 'dataset'"),
    "nothing": ("", ":1: there is no column 'dataset'"),
    "no numbers": ("dataset,method,metric,value\n", "holds no numbers"),
    "an unknown column": (
        "dataset,method,metrik,value\nt,a,r2,1\n",
        ":1: unknown column 'metrik'; did you mean 'metric'",
    ),
    "no metric": ("dataset,method,value\nt,a,1\n", ":1: there is no column 'metric'"),
    "a column twice": ("dataset,r2,r2\nt,1,2\n", ":1: the column 'r2' stands twice"),
    "a strange wide column": ("dataset,jacobian\nt,1\n", ":1: the column 'jacobian' is not METHOD_METRIC"),
    "text for a number": (
        "dataset,method,metric,value\nt,a,r2,1\nt,b,r2,high\n",
        ":3: the column 'value' holds 'high'",
    ),
    "infinity": ("dataset,method,metric,value\nt,a,r2,inf\n", ":2: the column 'value' holds 'inf'"),
    "text for a strength": (
        "dataset,method,metric,value,strength\nt,a,r2,1,big\n",
        ":2: the column 'strength' holds 'big'",
    ),
    "two strengths": (
        "dataset,method,metric,value,strength\nt,jac_1,r2,1,2\n",
        ":2: the strength stands in the method",
    ),
    "whose": ("dataset,method,metric,value,of\nt,a,r2,1,pupil\n", ":2: the column 'of' holds 'pupil'"),
    "a short line": ("dataset,method,metric,value\nt,a,r2\n", ":2: the line has 3 cells, and the heading 4"),
    "an empty cell": ("dataset,method,metric,value\n,a,r2,1\n", ":2: the column 'dataset' is empty"),
    "an empty dataset": ("dataset,a_r2\n,1\n", ":2: the column 'dataset' is empty"),
    "a number twice": (
        "dataset,method,metric,value\nMy data,none,r2,1\nmy_data,vANN,r2,2\n",
        ":3: the same number stands on line 2 already",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_does_not_fit_is_an_error_with_its_line(what, read):
    text, message = WRONG[what]
    with pytest.raises(ResultError) as error:
        read(text)
    assert message in str(error.value)


def test_a_file_that_is_missing_or_no_text_is_a_clear_error(tmp_path):
    with pytest.raises(ResultError, match=r"none\.csv: cannot be read \(No such file"):
        read_reference(tmp_path / "none.csv")
    (tmp_path / "image.csv").write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(ResultError, match="is no UTF-8 text"):
        read_reference(tmp_path / "image.csv")


def test_ours_and_theirs_stand_side_by_side_with_the_difference(invent, read, page_of, tmp_path):
    results = invent(["California Housing"], runs=6, seeds=1).results()
    text = "dataset,jacobian_r2,jacobian_p,standard_r2\ncalifornia-housing,0.1,0.002,0.2\nelsewhere,1,1,1\n"
    page = page_of(results, reference=read(text), figures=tmp_path / "figures")
    assert "Over 2 R² values ours are on average" in page.text
    assert "Not in this run: 1 dataset of the reference." in page.text
    rows = (tmp_path / "figures" / "reference.csv").read_text().splitlines()
    assert rows[0] == "dataset,method,of,metric,reference,ours,difference,trials"
    found = [outcome.score("r2") for outcome in results.outcomes if outcome.penalty == "none"]
    ours = sum(found) / len(found)
    none = next(row for row in rows if ",none," in row).split(",")
    assert none[:5] == ["California Housing", "none", "formula", "r2", "0.2"]
    assert float(none[5]) == pytest.approx(ours)
    assert float(none[6]) == pytest.approx(ours - 0.2)
    assert none[7] == "6"
    assert next(row for row in rows if ",p," in row).split(",")[5] == "0.03125"


def test_teachers_are_compared_with_teachers(invent, read, page_of, tmp_path):
    results = invent(["california_housing"]).results()
    page_of(results, reference=read(SWEEP), figures=tmp_path / "figures")
    rows = [row.split(",") for row in (tmp_path / "figures" / "reference.csv").read_text().splitlines()]
    found = [
        o.teacher_score("jacobian_norm_max") for o in results.outcomes if (o.penalty, o.strength) == ("lipschitz", 0.1)
    ]
    (ours,) = [row[6] for row in rows if row[1:3] == ["lipschitz", "0.1"]]
    assert float(ours) == pytest.approx(sum(found) / len(found))


def test_strength_0_of_a_swept_penalty_is_not_what_trials_chose_and_none_may_be_written_with_it(
    builder, read, page_of, tmp_path
):
    trial = builder.trial("toy")
    for penalty, strength, r2 in (("none", 0.0, 0.3), ("jacobian", 0.0, 0.4), ("jacobian", 0.1, 0.6)):
        builder.student(trial, r2, of=builder.teacher(trial, penalty, strength))
    text = "dataset,method,strength,of,metric,value\ntoy,jacobian,,formula,r2,0.5\ntoy,jacobian,0,formula,r2,0.5\n"
    text += "toy,none,0,formula,r2,0.5\ntoy,none,,formula,r2,0.5\n"
    page_of(builder.results(), reference=read(text), figures=tmp_path / "figures")
    rows = [row.split(",") for row in (tmp_path / "figures" / "reference.csv").read_text().splitlines()]
    assert [row[rows[0].index("ours")] for row in rows[1:]] == ["0.6", "0.4", "0.3", "0.3"]


def test_the_p_value_of_direct_is_that_of_none_against_it(invent, read, page_of, tmp_path):
    results = invent(seeds=6).results()
    page_of(results, reference=read("dataset,direct_p\ntoy,0.5\n"), figures=tmp_path / "figures")
    heading, row = (tmp_path / "figures" / "reference.csv").read_text().splitlines()
    (p,) = (c.test.p for c in comparisons(results) if (str(c.method), str(c.against)) == ("none", "direct"))
    assert float(row.split(",")[heading.split(",").index("ours")]) == pytest.approx(p)


def test_the_sweet_spot_of_two_teachers_has_a_p_value_against_none_of_each(builder, read, page_of, tmp_path):
    for seed in range(6):
        trial = builder.trial("toy", seed=seed)
        builder.student(trial, 0.5, 0.9)
        for teacher in ("mlp", "series"):
            builder.student(trial, 0.6, of=builder.teacher(trial, "none", 0.0, teacher=teacher))
            builder.student(trial, 0.7, of=builder.teacher(trial, "jacobian", 0.1, 0.9, 0.5, teacher=teacher))
    results = builder.results(rule="sweet_spot")
    page_of(results, reference=read("dataset,sweet spot_p\ntoy,0.5\n"), figures=tmp_path / "figures")
    heading, *rows = (tmp_path / "figures" / "reference.csv").read_text().splitlines()
    place = heading.split(",").index("student_and_teacher")
    assert [row.split(",")[place] for row in rows] == ["mlp", "series"]


def test_a_number_that_we_do_not_have_stands_alone(invent, read, page_of):
    page = page_of(invent(["toy"], seeds=1).results(), reference=read("dataset,gradnorm_r2\ntoy,0.5\n"))
    assert "gradnorm" in page.text
    assert "None of its numbers has a counterpart in this run." in page.text


def test_a_reference_without_any_dataset_of_the_run_is_an_error(invent, read, page_of):
    with pytest.raises(
        ResultError, match=r"no dataset of table\.csv is in the run; its first is 'toys': did you mean 'toy'"
    ):
        page_of(invent(["toy"], seeds=1).results(), reference=read("dataset,none_r2\ntoys,0.5\n"))

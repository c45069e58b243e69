"""The pytest plugin: what its fixtures give, and that it costs nothing to whoever does not use them."""

import pytest

PLUGIN = "smoothdistill_core.testing.fixtures"


@pytest.fixture
def run(pytester, monkeypatch):
    """Run a test file with the plugin alone, in a process of its own."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(source, *options):
        pytester.makepyfile(source)
        return pytester.runpytest_subprocess("-p", PLUGIN, *options)

    return run


def test_loading_the_plugin_imports_nothing_that_costs(run):
    result = run(
        """
        import sys

        def test_nothing_heavy_is_there():
            heavy = {"numpy", "torch", "pandas", "pydantic", "sklearn", "scipy"}
            assert "smoothdistill_core.testing.fixtures" in sys.modules
            assert heavy & set(sys.modules) == set()
            assert {name for name in sys.modules if name.startswith("smoothdistill")} == {
                "smoothdistill_core", "smoothdistill_core.testing", "smoothdistill_core.testing.fixtures"
            }
        """
    )
    result.assert_outcomes(passed=1)


def test_registries_hold_what_they_are_given_and_nothing_else(run):
    result = run(
        """
        import pytest
        from smoothdistill_core import PluginError
        from smoothdistill_core.testing.tiny import TinyR2, TinyStudent

        def test_the_empty_one(smoothdistill_empty_registry):
            assert smoothdistill_empty_registry.plugins == ()

        def test_one_of_given_components(smoothdistill_make_registry):
            registry = smoothdistill_make_registry(TinyStudent, TinyR2)
            assert registry.components("student") == {"tiny": TinyStudent}
            assert registry.components("metric") == {"r2": TinyR2}
            assert registry.components("teacher") == {}

        def test_what_is_no_component_class(smoothdistill_make_registry):
            class Unnamed(TinyR2):
                name = ""

            with pytest.raises(PluginError, match="Unnamed needs a class attribute `name`"):
                smoothdistill_make_registry(Unnamed)
            with pytest.raises(PluginError, match="give component classes"):
                smoothdistill_make_registry(TinyR2())
        """
    )
    result.assert_outcomes(passed=3)


def test_the_table_and_the_teacher_are_tiny_and_known(run):
    result = run(
        """
        import numpy as np

        def test_the_table(smoothdistill_tiny_table):
            assert smoothdistill_tiny_table.frame.shape == (40, 5)
            assert smoothdistill_tiny_table.target == "y"

        def test_the_teacher(smoothdistill_tiny_teacher):
            X = np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]])
            assert smoothdistill_tiny_teacher.predict(X).tolist() == [1.0, 1.0]
            assert smoothdistill_tiny_teacher.gradient(X).tolist() == [[2.0, -1.0, 0.0]] * 2
            assert smoothdistill_tiny_teacher.lipschitz_bound() == 5**0.5
        """
    )
    result.assert_outcomes(passed=2)


def test_the_run_folder_holds_a_finished_run(run):
    result = run(
        """
        from smoothdistill_core import Results, summarise

        def test_the_run(smoothdistill_run_folder):
            results = Results.read(smoothdistill_run_folder)
            assert results.complete
            assert not results.failed
            assert len(results.outcomes) == 8
            assert {line.penalty for line in summarise(results)} == {"direct", "none", "steepness", "best"}

        def test_another_test_gets_another_run(smoothdistill_run_folder, tmp_path):
            assert smoothdistill_run_folder.is_relative_to(tmp_path)
        """
    )
    result.assert_outcomes(passed=2)


def test_fixtures_are_listed_with_what_they_give(run):
    result = run("", "--fixtures")
    result.stdout.fnmatch_lines_random(
        [
            f"smoothdistill_{name} -- *"
            for name in ("empty_registry", "make_registry", "tiny_table", "tiny_teacher", "run_folder")
        ]
    )

"""The floors and the rooms: who may import whom. The contracts are in pyproject.toml."""

from __future__ import annotations

import sys
from pathlib import Path

import grimp
import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parents[2]
PURE = {"holidays", "highspy"}
"""Libraries that rules may use: they compute, and touch no request, row or file."""

# What rules may use besides: pure modules of the ground floor.
GROUND = {"outreach.errors", "outreach.sheets"}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("outreach", include_external_packages=True, cache_dir=None)


def test_import_contracts_are_kept(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    code = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True)
    assert code == 0, capsys.readouterr().out


def is_rules(module: str) -> bool:
    return module.startswith("outreach.") and "rules" in module.split(".")[2:]


def test_rules_use_only_rules_errors_the_standard_library_and_pure_libraries(graph: grimp.ImportGraph) -> None:
    rules = {module for module in graph.modules if is_rules(module)} | GROUND
    foreign = {
        f"{module} imports {imported}"
        for module in rules
        for imported in graph.find_modules_directly_imported_by(module)
        if not is_rules(imported)
        and imported not in GROUND
        and imported.split(".")[0] not in {*PURE, *sys.stdlib_module_names}
    }
    assert len(rules) > 1
    assert foreign == set()


def test_only_ical_knows_the_calendar_library(graph: grimp.ImportGraph) -> None:
    importers = graph.find_modules_that_directly_import("icalendar")
    assert importers
    assert {module for module in importers if not module.startswith("outreach.ical.")} == set()


def test_nobody_imports_the_reports_but_the_factory(graph: grimp.ImportGraph) -> None:
    reports = {module for module in graph.modules if module.startswith("outreach.reports")}
    importers = {importer for module in reports for importer in graph.find_modules_that_directly_import(module)}
    assert importers - reports <= {"outreach.app", "outreach.cli"}


def test_the_package_itself_loads_nothing(graph: grimp.ImportGraph) -> None:
    assert graph.find_modules_directly_imported_by("outreach") == set()

"""The house stays as drawn: what files are called, how long they are, what they may say, whose a template is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import SETTINGS, create

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "outreach"
TEMPLATES = ROOT / "templates"
LONGEST = 300
PYTHON = sorted(PACKAGE.rglob("*.py"))
NOT_FEATURES = {"web", "ical"}
FEATURES = sorted(
    path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists() and path.name not in NOT_FEATURES
)

# The rooms of a feature; a file that grows past LONGEST becomes a folder of its name.
ROOMS = {"__init__", "rules", "models", "queries", "actions", "forms", "views", "privacy"}
# Other names, each for a reason of its own.
RECORDED = {
    "accounts/links.py": "every feature that writes mails needs it, and sign-in does not",
    "accounts/session.py": "a session is set on the answer, which an action does not see",
    "outbox/sending.py": "talking to a mail server stands in no transaction of a request",
    "replies/mailbox.py": "so does talking to a mailbox",
}
TOP = {"__init__", "app", "cli", "clock", "db", "errors", "retention", "sheets", "worker"}
CATCH_ALL = {"utils", "util", "helpers", "services", "service", "managers", "manager", "common", "misc", "base"}
# The only places that end a transaction.
COMMITTERS = {
    "web/transaction.py": "a request, once, at its edge",
    "cli.py": "a command",
    "worker.py": "a job",
    "outbox/sending.py": "the claim of a mail, and what became of it",
    "replies/mailbox.py": "a mail that was read, before the next is fetched",
}
# Counters and marks that must stand whatever becomes of the request, and the public feeds, which know no session.
OWN_CONNECTION = {"web/limits.py", "web/touches.py", "calendars/views/feeds.py"}


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def saying(pattern: str, room: str = "") -> set[str]:
    """The files of a room of any feature, or of all, in which something matches."""
    said = re.compile(pattern, re.MULTILINE)
    return {
        inside(path)
        for path in PYTHON
        if (not room or (re.search(rf"/{room}(\.py|/)", f"/{inside(path)}") and not inside(path).startswith("web/")))
        and said.search(read(path))
    }


def inside(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", PYTHON, ids=inside)
def test_a_file_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(read(path).splitlines()) <= LONGEST


@pytest.mark.parametrize("feature", FEATURES)
def test_a_feature_has_only_its_rooms(feature: str) -> None:
    folder = PACKAGE / feature
    names = {path.stem for path in folder.glob("*.py") if inside(path) not in RECORDED}
    names |= {path.name for path in folder.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert names <= ROOMS, f"{feature}: {sorted(names - ROOMS)}"


def test_the_recorded_exceptions_exist() -> None:
    assert all((PACKAGE / name).exists() for name in RECORDED)


def test_a_room_is_a_file_or_a_folder_and_not_both() -> None:
    both = [f"{inside(path)}" for path in PYTHON if path.with_suffix("").is_dir()]
    assert both == []


def test_the_top_floor_has_only_its_files() -> None:
    assert {path.stem for path in PACKAGE.glob("*.py")} <= TOP


def test_nothing_is_called_by_a_name_that_takes_everything() -> None:
    names = {inside(path) for path in PYTHON if path.stem in CATCH_ALL}
    assert names <= {"web/fields/base.py"}


def test_only_the_named_places_end_a_transaction() -> None:
    assert saying(r"\.commit\(") == set(COMMITTERS)


def test_only_the_named_places_open_a_connection_of_their_own() -> None:
    assert saying(r"engine\.(connect|begin)\(") == OWN_CONNECTION


def test_only_the_clock_reads_the_time() -> None:
    assert saying(r"(datetime\.now|datetime\.utcnow|date\.today|time\.time)\(") == {"clock.py"}


def test_actions_do_not_read_the_request() -> None:
    assert saying(r"from flask import [^\n]*\brequest\b", "actions") == set()


def test_forms_do_not_touch_the_database() -> None:
    assert saying(r"^from outreach\.db |^import sqlalchemy|^from sqlalchemy", "forms") == set()


# Templates


def pages() -> list[Path]:
    """Templates that are pages of a feature: not parts (their names begin with a line), layouts, macros or mails."""
    return sorted(
        path for feature in FEATURES for path in (TEMPLATES / feature).rglob("*.html") if not path.name.startswith("_")
    )


def page_name(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


def sources(feature: str) -> str:
    files = [path for path in PYTHON if inside(path).startswith(f"{feature}/views")]
    return "\n".join(read(path) for path in files)


def test_templates_stand_in_the_folder_of_their_feature() -> None:
    known = {*FEATURES, "layout", "macros", "errors", "email"}
    assert {path.name for path in TEMPLATES.iterdir() if path.is_dir()} <= known


# Pages that a view shows instead of its own.
INSTEAD = {
    "accounts/enrol.html": "second_step, to somebody who has no codes yet",
    "referrals/locked.html": "whatever needs the second step once more",
}


def test_every_page_belongs_to_the_view_of_its_name() -> None:
    """`visits/new.html` is shown by `visits.new`, `visits/ask/site.html` by `visits.ask`, `accounts/link_ended.html`
    by `accounts.link` when it has ended."""
    views = set(create(SETTINGS).view_functions)
    strangers = []
    for path in pages():
        feature, *rest = path.relative_to(TEMPLATES).with_suffix("").parts
        words = rest[0].split("_")
        own = {f"{feature}.{'_'.join(words[:n])}" for n in range(1, len(words) + 1)}
        if not own & views and page_name(path) not in INSTEAD:
            strangers.append(page_name(path))
    assert strangers == []


def test_every_page_is_shown_by_its_own_feature() -> None:
    unused = []
    for path in pages():
        name = page_name(path)
        feature, *rest = Path(name).with_suffix("").parts
        folder = f"{feature}/{rest[0]}/"
        if name not in sources(feature) and (len(rest) < 2 or folder not in sources(feature)):
            unused.append(name)
    assert unused == []


def test_no_view_shows_a_page_of_another_feature() -> None:
    shown = re.compile(r'(?:show|render_template)\(\s*f?"([a-z_]+)/')
    foreign = [
        f"{feature} shows {name}"
        for feature in FEATURES
        for name in shown.findall(sources(feature))
        if name not in (feature, "errors")
    ]
    assert foreign == []


def test_no_page_carries_a_style_or_a_script_of_its_own() -> None:
    bad = [
        page_name(path)
        for path in TEMPLATES.rglob("*.html")
        if re.search(r'\sstyle="|\son[a-z]+="|<style|<script(?![^>]*\bsrc=)', read(path))
    ]
    assert bad == []


def test_no_code_or_page_names_the_county() -> None:
    """The county is data: another one brings its own file."""
    names = re.compile(r"worcester|bromsgrove|redditch|malvern|wychavon|wyre", re.IGNORECASE)
    files = [*PYTHON, *TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")]
    assert [str(path) for path in files if names.search(read(path))] == []


def test_every_mail_has_a_subject_and_ends_with_whose_it_is() -> None:
    for body in (TEMPLATES / "email").rglob("body.txt"):
        assert (body.parent / "subject.txt").exists(), body
        assert '{% include "email/closing.txt" %}' in read(body), body
        assert read(body).startswith("Hello {{ to.name }},\n\n"), f"{body} greets nobody, or in another way"

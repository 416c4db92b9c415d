"""Ambassadors from a file, in three pages: choose it, say which column is what, and look before it is taken in."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import current_app, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach.ambassadors.actions.importing import (
    Imported,
    check_rows,
    import_ambassadors,
    list_new_employers,
)
from outreach.ambassadors.forms.importing import (
    FATE_WORDS,
    TakeInForm,
    UploadForm,
    VerdictFilters,
    columns_form,
    read_rows,
)
from outreach.ambassadors.rules.importing import (
    FIELD_WORDS,
    MOST_MAILED,
    Fate,
    Field,
    Row,
    Verdict,
    guess_columns,
    missing_for_new,
    stamp_of,
)
from outreach.ambassadors.views import bp
from outreach.errors import Conflict
from outreach.sheets import Line, Sheet, plain_cell, read_csv
from outreach.web.door import Role, actor, allow
from outreach.web.downloads import download, wants_file
from outreach.web.drafts import answers_of, discard_answers, keep_answers
from outreach.web.fields import with_files
from outreach.web.filters import plural
from outreach.web.forms import show
from outreach.web.paging import page_number, page_of

JOURNEY = "ambassador_import"
EXAMPLES, SHORT, LONG = 3, 30, 80
PER_PAGE = 50


@bp.route("/ambassadors/import", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def import_file() -> Response:
    """Choose the file. It is kept for a day with the answers about it, and nothing of it stands in the register."""
    form = UploadForm(with_files())
    if form.sent():
        with form.refusing():
            sheet = read_csv(form.file.data, "file")
            if not sheet.lines:
                raise Conflict("The file must have a row for each ambassador under the row of headings", "file")
            keep_answers(JOURNEY, _pack(sheet))
            return redirect(url_for("ambassadors.import_columns"), 303)
    return show("ambassadors/import_file.html", form, fields=FIELD_WORDS, demo=current_app.config["DEMO"])


@bp.route("/ambassadors/import/columns", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def import_columns() -> Response:
    kept = answers_of(JOURNEY)
    if not kept:
        return redirect(url_for("ambassadors.import_file"), 303)
    sheet = _unpack(kept)
    guessed = [Field(one) if one else None for one in kept.get("columns", [])] or guess_columns(sheet.headings)
    form = columns_form(sheet.headings)(
        request.form, data={f"column_{at}": one for at, one in enumerate(guessed) if one}
    )
    if form.sent():
        chosen = form.chosen()
        rows = read_rows(sheet, chosen)
        columns = [one.value if one else "" for one in chosen]
        keep_answers(JOURNEY, kept | {"columns": columns, "rows": [_pack_row(row) for row in rows]})
        return redirect(url_for("ambassadors.import_check"), 303)
    examples = [_examples(sheet, at) for at in range(len(sheet.headings))]
    return show("ambassadors/import_columns.html", form, sheet=sheet, examples=examples)


@bp.route("/ambassadors/import/check", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def import_check() -> Response:
    """A verdict for each row; a POST takes in what fits, all of it or nothing."""
    kept = answers_of(JOURNEY)
    if "rows" not in kept:
        return redirect(url_for("ambassadors.import_file"), 303)
    rows = [_unpack_row(row) for row in kept["rows"]]
    form = TakeInForm(request.form)
    if form.sent():
        with form.refusing():
            done = import_ambassadors(actor(), rows, form.stamp.data, mail=form.mail.data)
            discard_answers(JOURNEY)
            flash(_say_done(done), "success")
            return redirect(url_for("ambassadors.index"), 303)
    verdicts = check_rows(actor(), rows)
    filters = VerdictFilters(request.args)
    filters.read()
    shown = [one for one in verdicts if filters.show.data in (None, one.fate)]
    if wants_file():
        return download("import", ["Row", *FIELD_WORDS.values(), "Verdict", "Why"], map(_as_line, shown))
    counts = Counter(one.fate for one in verdicts)
    return show(
        "ambassadors/import_check.html",
        form,
        filters=filters,
        page=page_of(shown, number=page_number(request.args), per_page=PER_PAGE),
        counts=[(fate, counts[fate]) for fate in Fate],
        fitting=counts[Fate.NEW] + counts[Fate.CHANGED],
        say=_say_counts(counts[Fate.NEW], counts[Fate.CHANGED]),
        may_mail=0 < counts[Fate.NEW] <= MOST_MAILED,
        missing=[FIELD_WORDS[one] for one in missing_for_new(Field(one) if one else None for one in kept["columns"])],
        employers=list_new_employers(verdicts),
        stamp=stamp_of(verdicts),
        fates=FATE_WORDS,
        words=FIELD_WORDS,
    )


def _pack(sheet: Sheet) -> dict[str, Any]:
    return {"headings": sheet.headings, "lines": [[line.number, line.cells] for line in sheet.lines]}


def _unpack(kept: dict[str, Any]) -> Sheet:
    return Sheet(tuple(kept["headings"]), tuple(Line(number, tuple(cells)) for number, cells in kept["lines"]))


def _pack_row(row: Row) -> list[Any]:
    return [row.number, {one.value: text for one, text in row.given.items()}, row.problem]


def _unpack_row(packed: list[Any]) -> Row:
    number, given, problem = packed
    return Row(number, {Field(one): text for one, text in given.items()}, problem)


def _examples(sheet: Sheet, at: int) -> str:
    """The first texts of a column, on about one line."""
    found = dict.fromkeys(plain_cell(line.cells[at].strip()) for line in sheet.lines[:200] if line.cells[at].strip())
    texts = list(found)[:EXAMPLES] if all(len(text) <= SHORT for text in list(found)[:EXAMPLES]) else list(found)[:1]
    return ", ".join(text if len(text) <= LONG else f"{text[:LONG]}…" for text in texts)


def _as_line(verdict: Verdict) -> list[str | int]:
    why = verdict.words or "; ".join(FIELD_WORDS[one.field] for one in verdict.changes)
    given = [verdict.row.given.get(one, "") for one in Field]
    return [verdict.row.number, *given, FATE_WORDS[verdict.fate], why]


def _say_counts(new: int, changed: int) -> str:
    """'3 new and 1 changed', leaving out what is none."""
    parts = ([f"{new:,} new"] if new else []) + ([f"{changed:,} changed"] if changed else [])
    return " and ".join(parts)


def _say_done(done: Imported) -> str:
    parts = [f"{plural(done.new, 'ambassador')} added"] if done.new else []
    parts += [f"{done.changed:,} changed"] if done.changed else []
    return f"{' and '.join(parts) or 'Nothing had to be changed'}."

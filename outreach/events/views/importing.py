"""Bringing a calendar in from a file: choose it, see a verdict on every entry, then import what was chosen."""

from __future__ import annotations

from collections import Counter

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach.districts.queries import get_county, list_districts, list_terms
from outreach.districts.rules import Vocabulary
from outreach.errors import Conflict
from outreach.events.actions import importing as actions
from outreach.events.forms import (
    CheckImportForm,
    ImportForm,
    offer_calendars,
    offer_districts,
    offer_terms,
    say_site,
)
from outreach.events.rules.importing import Take, mark_of
from outreach.events.views import bp
from outreach.institutions.queries import list_listed
from outreach.web.door import Role, actor, allow
from outreach.web.drafts import answers_of, discard_answers, keep_answers
from outreach.web.fields import with_files
from outreach.web.filters import plural
from outreach.web.forms import show

JOURNEY = "import"


@bp.route("/manage/events/import", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def import_calendar() -> Response:
    form = ImportForm(with_files(), data={"needed": 1})
    offer_calendars(form.calendar, list_listed(), get_county())
    offer_districts(form.district, list_districts())
    offer_terms(form.activity, list_terms(Vocabulary.ACTIVITY))
    if form.sent():
        with form.refusing():
            keep_answers(JOURNEY, actions.to_draft(actions.read_file(form.file.data, _plan(form))))
            return redirect(url_for("events.check_import"), 303)
    return show("events/import_calendar.html", form)


def _plan(form: ImportForm) -> actions.Import:
    site, district = form.calendar.data, form.district.data
    return actions.Import(
        institution_id=site.institution_id if site else None,
        site_id=site.id if site else None,
        district_id=site.district_id if site else district.id,
        activity_id=form.activity.data.id,
        needed=form.needed.data or 1,
        place=say_site(site) if site else district.name,
        most=form.most.data,
    )


@bp.route("/manage/events/import/check", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def check_import() -> Response:
    kept = answers_of(JOURNEY)
    if not kept:
        if request.method == "POST":
            raise Conflict("The file was imported, or read more than 24 hours ago. Choose it again.")
        return redirect(url_for("events.import_calendar"), 303)
    plan = actions.from_draft(kept)
    form = CheckImportForm(request.form)
    if form.sent():
        with form.refusing():
            done = actions.import_entries(actor(), plan, request.form, form.mark.data)
            discard_answers(JOURNEY)
            flash(_say(done), "success")
            return redirect(url_for("events.index"), 303)
    judged = actions.check_import(plan)
    return show(
        "events/check_import.html",
        form,
        plan=plan,
        judged=list(enumerate(judged)),
        mark=mark_of(judged),
        sent=request.form,
    )


def _say(done: Counter[Take]) -> str:
    added = done[Take.KEY] + done[Take.COUNTY]
    said = [f"{plural(added, 'event')} added"] if added else []
    said += [f"{done[Take.UPDATE]} changed"] if done[Take.UPDATE] else []
    said += [f"{done[Take.CANCEL]} cancelled"] if done[Take.CANCEL] else []
    return f"{', '.join(said)}." if said else "Nothing was imported."

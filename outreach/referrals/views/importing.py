"""Recruitment: the days of stages from the HR system, checked line by line before any is recorded."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from outreach.errors import Conflict
from outreach.referrals.actions import importing as actions
from outreach.referrals.forms.recruit import ImportForm
from outreach.referrals.rules.importing import LONGEST, Verdict
from outreach.referrals.views import bp
from outreach.web.door import Role, actor, allow
from outreach.web.filters import plural
from outreach.web.forms import show


@bp.route("/candidates/import", methods=["GET", "POST"])
@allow(Role.RECRUITMENT_OFFICER)
def import_stages() -> Response:
    form = ImportForm(_sent())
    verdicts: list[Verdict] = []
    if form.sent():
        with form.refusing():
            if "record" in request.form:
                return _recorded(actions.import_stages(actor(), form.text.data))
            verdicts = actions.check_file(actor(), form.text.data)
    fitting = sum(one.fits for one in verdicts)
    return show("referrals/import_stages.html", form, verdicts=verdicts, fitting=fitting)


def _sent() -> MultiDict[str, str]:
    """What was posted, a file's text taking the place of what was pasted."""
    sent = MultiDict(request.form)
    file = request.files.get("file")
    if file is not None and file.filename:
        try:
            sent["text"] = file.stream.read(LONGEST * 4 + 1).decode("utf-8-sig")
        except UnicodeDecodeError:
            sent["text"] = "\ufffd"  # no heading names our columns then, and the page says so
    return sent


def _recorded(done: actions.Imported) -> Response:
    if not done.recorded:
        raise Conflict("No line fits any longer. Check the file again", "text")
    left = len(done.verdicts) - done.recorded
    words = f"{plural(done.recorded, 'stage')} recorded." + (f" {plural(left, 'line')} left out." if left else "")
    flash(words, "success")
    return redirect(url_for("referrals.candidates"), 303)

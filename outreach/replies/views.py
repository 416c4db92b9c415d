"""The mails that wait for a person: the list, and one of them with what to do about it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach.db import db
from outreach.replies import queries
from outreach.replies.actions import finish_reply
from outreach.replies.forms import DoneForm
from outreach.replies.rules import WORDS, Reason, ReplyStatus
from outreach.web.door import Role, actor, allow
from outreach.web.forms import show as show_page
from outreach.web.paging import page_number, paginate

bp = Blueprint("replies", __name__)


@bp.route("/answers")
@allow(Role.COORDINATOR)
def index() -> Response:
    """The mails that could not be read safely, oldest first."""
    page = paginate(db.session(), queries.select_waiting(), number=page_number(request.args))
    return show_page("replies/index.html", page=page, words=WORDS)


@bp.route("/answers/<int(max=2147483647):id>", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def show(id: int) -> Response:
    """One such mail. Sending the form marks it as dealt with."""
    reply = queries.get_waiting(id)
    form = DoneForm(request.form)
    if form.sent():
        with form.refusing():
            finish_reply(actor(), reply)
            flash("The mail is marked as dealt with.", "success")
            return redirect(url_for("replies.index"), 303)
    reply = queries.get_waiting(id)
    return show_page(
        "replies/show.html",
        form,
        reply=reply,
        asked=queries.list_asked(reply.sender) if reply.event is None and reply.sender else [],
        waits=reply.status is ReplyStatus.WAITING,
        why=WORDS[reply.reason or Reason.BROKEN],
    )

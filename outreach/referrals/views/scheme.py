"""The terms page, and how a version is drafted, published or thrown away."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.accounts.queries import list_account_names
from outreach.errors import NotFound
from outreach.referrals.actions import scheme as actions
from outreach.referrals.forms.scheme import OnlyVersionForm, VersionDetailsForm
from outreach.referrals.models import SchemeVersion
from outreach.referrals.queries import scheme as queries
from outreach.referrals.rules.checking import check_terms
from outreach.referrals.rules.versions import VersionStatus
from outreach.referrals.rules.wording import describe, say_earned, say_pounds, say_when
from outreach.referrals.views import bp
from outreach.web.door import SIGNED_IN, Role, actor, allow
from outreach.web.fields.base import upper_first
from outreach.web.forms import show

bp.add_app_template_filter(say_pounds, "pounds")


@bp.get("/scheme", endpoint="scheme")
@allow(SIGNED_IN)
def index() -> Response:
    """The terms that bind a referral made today, and every other version."""
    version = queries.find_version_in_force(clock.today())
    drafts = queries.list_drafts() if actor().has(Role.RECRUITMENT_OFFICER) else []
    sections = describe(version.read()) if version else []
    return show(
        "referrals/scheme.html",
        current=version,
        sections=sections,
        published=queries.list_published(),
        drafts=drafts,
        may_draft=actor().has(Role.RECRUITMENT_OFFICER),
    )


@bp.get("/scheme/<int(max=2147483647):number>")
@allow(SIGNED_IN)
def scheme_version(number: int) -> Response:
    """One version's terms. A draft is there for recruitment only."""
    version = queries.get_version(number)
    if version.status is VersionStatus.DRAFT and not actor().has(Role.RECRUITMENT_OFFICER):
        raise NotFound
    names = list_account_names({one for one in (version.drafted_by_id, version.published_by_id) if one})
    terms = version.read()
    return show(
        "referrals/scheme_version.html",
        version=version,
        names=names,
        terms=terms,
        sections=describe(terms),
        problems=check_terms(terms),
        in_force=queries.find_version_in_force(clock.today()),
        mine=version.drafted_by_id == actor().id,
        say_when=say_when,
        upper_first=upper_first,
        say_earned=say_earned,
    )


@bp.route("/scheme/new", methods=["GET", "POST"])
@allow(Role.RECRUITMENT_OFFICER)
def new_scheme() -> Response:
    published = queries.list_published()
    if not published:
        raise NotFound
    form = VersionDetailsForm(request.form)
    if form.sent() and form.effective_from.data:
        with form.refusing():
            draft = actions.draft_version(
                actor(), name=form.name.data, effective_from=form.effective_from.data, based_on=published[0]
            )
            flash(f"Version {draft.number} is a draft with the terms of version {published[0].number}.", "success")
            return redirect(url_for("referrals.scheme_version", number=draft.number), 303)
    return show("referrals/new_scheme.html", form, based_on=published[0])


@bp.route("/scheme/<int(max=2147483647):number>/rename", methods=["GET", "POST"])
@allow(Role.RECRUITMENT_OFFICER)
def rename_scheme(number: int) -> Response:
    draft = get_draft(number)
    held = {"name": draft.name, "effective_from": draft.effective_from, "version": draft.version}
    form = VersionDetailsForm(request.form, data=held)
    if form.sent() and form.effective_from.data:
        with form.refusing():
            actions.rename_draft(
                actor(),
                draft,
                name=form.name.data,
                effective_from=form.effective_from.data,
                version=form.version.data,
            )
            return changed(draft)
    return show("referrals/rename_scheme.html", form, draft=draft)


@bp.route("/scheme/<int(max=2147483647):number>/publish", methods=["GET", "POST"])
@allow(Role.RECRUITMENT_OFFICER)
def publish_scheme(number: int) -> Response:
    draft = get_draft(number)
    form = OnlyVersionForm(request.form, data={"version": draft.version})
    if form.sent():
        with form.refusing():
            actions.publish_version(actor(), draft, version=form.version.data)
            flash(f"Version {number} is published.", "success")
            return redirect(url_for("referrals.scheme_version", number=number), 303)
    return show("referrals/publish_scheme.html", form, draft=draft)


@bp.route("/scheme/<int(max=2147483647):number>/discard", methods=["GET", "POST"])
@allow(Role.RECRUITMENT_OFFICER)
def discard_scheme(number: int) -> Response:
    draft = get_draft(number)
    form = OnlyVersionForm(request.form, data={"version": draft.version})
    if form.sent():
        with form.refusing():
            actions.discard_draft(actor(), draft, version=form.version.data)
            flash("The draft has been thrown away.", "success")
            return redirect(url_for("referrals.scheme"), 303)
    return show("referrals/discard_scheme.html", form, draft=draft)


def get_draft(number: int) -> SchemeVersion:
    """A version that is still a draft; a published one has no page to change it."""
    draft = queries.get_version(number)
    if draft.status is not VersionStatus.DRAFT:
        raise NotFound
    return draft


def changed(draft: SchemeVersion) -> Response:
    flash("The draft has been changed.", "success")
    return redirect(url_for("referrals.scheme_version", number=draft.number), 303)

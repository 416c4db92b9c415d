"""What a friend who said yes corrects by their link."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.exceptions import Gone
from werkzeug.wrappers import Response

from outreach.districts.queries import list_districts
from outreach.referrals.actions import agreed
from outreach.referrals.forms.friend import OwnDetailsForm, offer
from outreach.referrals.queries import referring
from outreach.referrals.views import bp
from outreach.referrals.views.friend import about, open_candidate
from outreach.web.door import Purpose, actor, allow, link
from outreach.web.forms import show
from outreach.web.limits import limited


@bp.route("/friend/answer/<token>/correct", methods=["GET", "POST"])
@allow(Purpose.FRIEND)
@limited("friend-correct", 30, 60)
def own_details(token: str) -> Response:
    referral = referring.get_referral(link().subject_id)
    candidate = open_candidate(referral)
    if candidate.closed_at is not None:
        raise Gone
    held = {name: getattr(candidate, name) for name in ("name", "phone", "post", "hours")}
    form = OwnDetailsForm(request.form, data=held | {"district": candidate.district.slug})
    offer(form, referral.scheme_version.read(), list_districts())
    if form.sent():
        with form.refusing():
            agreed.correct_details(
                actor(),
                referral.id,
                name=form.name.data,
                phone=form.phone.data or None,
                post=form.post.data,
                district=form.district.data,
                hours=form.hours.data,
            )
            flash("Your details have been changed.", "success")
            return redirect(url_for("referrals.answer", token=token), 303)
    return show("referrals/own_details.html", form, candidate=candidate, token=token, **about(referral))

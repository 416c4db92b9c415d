"""The figures of referring, and what other terms would have cost."""

from __future__ import annotations

from werkzeug.wrappers import Response

from outreach import clock
from outreach.errors import NotFound
from outreach.referrals.queries import figures as queries
from outreach.referrals.queries.scheme import find_version_in_force, get_version
from outreach.referrals.rules import figures as rules
from outreach.referrals.rules.stages import add_months
from outreach.referrals.rules.versions import VersionStatus
from outreach.referrals.rules.what_if import Past, compare
from outreach.referrals.views import bp
from outreach.referrals.views.candidates import officer_id
from outreach.web.door import Role, actor, allow
from outreach.web.forms import show

PERIOD_MONTHS = 24


@bp.get("/referral-figures")
@allow(Role.RECRUITMENT_OFFICER, Role.COORDINATOR, Role.VIEWER)
def figures() -> Response:
    """Referrals, how far they get, how long it takes, and claims against what there was before."""
    today = clock.today()
    version = find_version_in_force(today)
    if version is None:
        raise NotFound
    terms = version.read()
    since = clock.start_of(add_months(today, -PERIOD_MONTHS))
    days = queries.list_days_of_agreed(since)
    exact = actor().has(Role.RECRUITMENT_OFFICER, Role.COORDINATOR)
    base = terms.baseline
    from_events = queries.list_days_from_events(since)
    return show(
        "referrals/figures.html",
        since=since,
        months=PERIOD_MONTHS,
        made=queries.count_referrals(since),
        agreed=len(days),
        events=rules.FromEvents(
            asked=queries.count_from_events(since),
            agreed=len(from_events),
            started=sum(1 for one in from_events if terms.start_stage in one),
        ),
        found=rules.measure(terms, days),
        claims=queries.count_claims(clock.start_of(add_months(today, -base.months))),
        baseline=base,
        exact=exact,
        start=next((one.label for one in terms.stages if one.code == terms.start_stage), ""),
        say=rules,
    )


@bp.get("/scheme/<int(max=2147483647):number>/what-if")
@allow(Role.RECRUITMENT_OFFICER)
def what_if(number: int) -> Response:
    """Past referrals under this version: what they would have cost, who gains and who loses."""
    version = get_version(number)
    since = clock.start_of(add_months(clock.today(), -PERIOD_MONTHS))
    cases = queries.list_past_cases(officer_id(), since)
    referrers = {one.referral.reference: one.referral.referrer for one in cases if one.referral.referrer}
    past = [
        Past(one.referral.reference, referrers[one.referral.reference].id, one.terms, one.facts, one.claims)
        for one in cases
        if one.referral.reference in referrers
    ]
    return show(
        "referrals/what_if.html",
        version=version,
        draft=version.status is VersionStatus.DRAFT,
        found=compare(past, version.read(), clock.today()),
        names={one.id: one.name for one in referrers.values()},
        versions={one.referral.reference: one.referral.scheme_version.number for one in cases},
        since=since,
        months=PERIOD_MONTHS,
        most=queries.MOST_REPLAYED,
    )

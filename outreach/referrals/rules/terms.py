"""The terms of a version of the scheme, as data: who may refer whom, what is earned, when and how.

Nothing here is a constant of the program. A county writes its own; `outreach/data/scheme.toml` is a
first version to be confirmed. Money is in whole pence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

from outreach.referrals.rules.reading import Reader, plain

SHOWN_AT_FIRST = ("interview", "offered")


class LeaverRule(Enum):
    """What a referrer who is leaving still gets."""

    PAID = "paid"  # what falls due is theirs, whether or not they still work here
    EMPLOYED = "employed"  # they must still be employed on the day it falls due
    NOT_UNDER_NOTICE = "not_under_notice"  # and must not be working their notice that day


@dataclass(frozen=True)
class Named:
    """A code that never changes and the words that people read."""

    code: str
    label: str


@dataclass(frozen=True)
class Referrers:
    """Who may refer: these kinds of employment, none of these roles, and whether while under notice."""

    employment: tuple[Named, ...]
    excluded_roles: tuple[Named, ...]
    under_notice: bool


@dataclass(frozen=True)
class Friends:
    """Who may be referred. Oneself never; the rest is the county's to say."""

    least_age: int
    former_staff_months: int  # 0: former staff may be referred at once
    in_process: bool  # whether somebody who has an application under way may be referred


@dataclass(frozen=True)
class Limit:
    """So many calendar days from another stage, after which a candidate is late."""

    since: str
    days: int


@dataclass(frozen=True)
class Stage:
    """A step on the way to a job. `months` is set for stages that a length of service reaches, from the start.

    `shown`: a referrer whom the friend lets see how it goes is told of this stage.
    """

    code: str
    label: str
    limits: tuple[Limit, ...] = ()
    months: int | None = None
    shown: bool = False


@dataclass(frozen=True)
class RewardKind:
    """What a reward can be. Payroll pays some; somebody hands over the others."""

    code: str
    label: str
    money: bool  # it is worth its pence; otherwise its words say what it is
    taxable: bool
    payroll: bool
    given_by: str  # who hands it over, when payroll does not pay it


@dataclass(frozen=True)
class Milestone:
    """Something that earns a reward: a stage, and perhaps months of service after it."""

    code: str
    label: str
    stage: str
    months: int
    kind: str
    pence: int
    words: str
    new_to_care_pence: int  # more, when the friend has not worked in care before
    claim_days: int  # 0: nobody has to claim it


@dataclass(frozen=True)
class Caps:
    """The most for one referrer in 12 months; 0 sets no cap."""

    rewards: int
    pence: int


@dataclass(frozen=True)
class Leavers:
    """When somebody leaves: the referrer, and the friend."""

    referrer: LeaverRule
    friend_days: int  # a friend who leaves this soon after the start: rewards given are taken back; 0: never


@dataclass(frozen=True)
class Baseline:
    """What was claimed before this service, to measure against."""

    claims: int
    months: int


@dataclass(frozen=True)
class Terms:
    """The whole of one version's terms. Stages are in their order."""

    referrers: Referrers
    friends: Friends
    posts: tuple[Named, ...]
    stages: tuple[Stage, ...]
    kinds: tuple[RewardKind, ...]
    milestones: tuple[Milestone, ...]
    caps: Caps
    leavers: Leavers
    baseline: Baseline
    start_stage: str  # the stage on which the friend begins work
    tax_note: str
    details_mode: bool  # whether a referrer may pass on a friend's details who has agreed to it
    budget_pence: int  # for 12 months

    def stage(self, code: str) -> Stage | None:
        return next((one for one in self.stages if one.code == code), None)

    def milestone(self, code: str) -> Milestone | None:
        return next((one for one in self.milestones if one.code == code), None)

    def kind(self, code: str) -> RewardKind | None:
        return next((one for one in self.kinds if one.code == code), None)

    def post(self, code: str) -> Named | None:
        return next((one for one in self.posts if one.code == code), None)

    def position(self, stage: str) -> int:
        """Where a stage stands, from 0. Raises KeyError for one that these terms do not have."""
        for number, one in enumerate(self.stages):
            if one.code == stage:
                return number
        raise KeyError(stage)


def read_terms(raw: Mapping[str, Any]) -> Terms:
    """Terms from a JSON-able dict. Raises Conflict with a sentence, its field the path of what does not fit."""
    top = Reader(raw)
    who, friends, caps, leavers = (top.part(name) for name in ("referrers", "friends", "caps", "leavers"))
    base = top.part("baseline")
    return Terms(
        referrers=Referrers(
            _named(who, "employment"), _named(who, "excluded_roles"), under_notice=who.flag("under_notice")
        ),
        friends=Friends(
            friends.whole("least_age", 16, 100),
            friends.whole("former_staff_months", 0, 600),
            in_process=friends.flag("in_process"),
        ),
        posts=_named(top, "posts"),
        stages=_stages(top),
        kinds=tuple(_kind(one) for one in top.each("kinds")),
        milestones=tuple(_milestone(one) for one in top.each("milestones")),
        caps=Caps(caps.whole("rewards", 0, 1000), caps.pence("pence")),
        leavers=Leavers(leavers.one_of("referrer", LeaverRule), leavers.whole("friend_days", 0, 1000)),
        baseline=Baseline(base.whole("claims", 0, 100_000), base.whole("months", 1, 600)),
        start_stage=top.code("start_stage"),
        tax_note=top.words("tax_note", 2000),
        details_mode=top.flag("details_mode"),
        budget_pence=top.pence("budget_pence"),
    )


def dump_terms(terms: Terms) -> dict[str, Any]:
    """The JSON-able dict that `read_terms` reads back as the same terms."""
    raw = asdict(terms)
    raw["leavers"]["referrer"] = terms.leavers.referrer.value
    return {name: plain(value) for name, value in raw.items()}


def _named(reader: Reader, name: str) -> tuple[Named, ...]:
    return tuple(Named(one.code("code"), one.text("label")) for one in reader.each(name))


def _stages(top: Reader) -> tuple[Stage, ...]:
    """The stages. Terms from before it was theirs to say which are shown: interview, offer, and all from the start."""
    found, started, start = [], False, top.code("start_stage")
    for one in top.each("stages"):
        code = one.code("code")
        started = started or code == start
        limits = tuple(Limit(limit.code("since"), limit.whole("days", 1, 1000)) for limit in one.each("limits", ()))
        shown = one.flag("shown", default=started or code in SHOWN_AT_FIRST)
        found.append(Stage(code, one.text("label"), limits, one.whole_or_none("months", 1, 120), shown))
    return tuple(found)


def _kind(one: Reader) -> RewardKind:
    return RewardKind(
        one.code("code"),
        one.text("label"),
        money=one.flag("money"),
        taxable=one.flag("taxable"),
        payroll=one.flag("payroll"),
        given_by=one.words("given_by", 200),
    )


def _milestone(one: Reader) -> Milestone:
    return Milestone(
        code=one.code("code"),
        label=one.text("label"),
        stage=one.code("stage"),
        months=one.whole("months", 0, 120),
        kind=one.code("kind"),
        pence=one.pence("pence"),
        words=one.words("words", 200),
        new_to_care_pence=one.pence("new_to_care_pence"),
        claim_days=one.whole("claim_days", 0, 3650),
    )

"""The terms in plain words, one sentence a term: the terms page and the verdict say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from outreach.referrals.rules.terms import LeaverRule, Milestone, Named, Terms


@dataclass(frozen=True)
class Section:
    """A heading of the terms page and what stands below it."""

    heading: str
    lines: tuple[str, ...]


LEAVER_WORDS = {
    LeaverRule.PAID: "You get what falls due, also when you no longer work here.",
    LeaverRule.EMPLOYED: "You must still be employed here on the day a reward falls due.",
    LeaverRule.NOT_UNDER_NOTICE: (
        "You must still be employed here on the day a reward falls due, and not be working your notice."
    ),
}


def say_pounds(pence: int) -> str:
    """'£250', '£1,250.50', '−£250', whose minus stays on the line of its sum."""
    sign, pence = ("−\u2060", -pence) if pence < 0 else ("", pence)
    pounds, rest = divmod(pence, 100)
    return f"{sign}£{pounds:,}.{rest:02d}" if rest else f"{sign}£{pounds:,}"


def say_day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def say_count(number: int, unit: str) -> str:
    return f"{number:,} {unit}{'' if number == 1 else 's'}"


def say_list(named: Sequence[Named]) -> str:
    return "; ".join(one.label for one in named) or "nobody"


def say_earned(terms: Terms, milestone: Milestone, new_to_care: bool = False) -> str:
    """'£250', 'a voucher worth £50', or the words of what is given."""
    kind = terms.kind(milestone.kind)
    if kind is None or not kind.money:
        return milestone.words
    sum_said = say_pounds(milestone.pence + (milestone.new_to_care_pence if new_to_care else 0))
    return sum_said if kind.payroll else f"{kind.label.lower()} worth {sum_said}"


def say_when(terms: Terms, milestone: Milestone) -> str:
    """When a milestone is reached: 'when your friend starts work', '2 months after your friend reaches “Offered”'."""
    stage = terms.stage(milestone.stage)
    reaches = f"reaches “{stage.label if stage else milestone.stage}”"
    friend = f"your friend {'starts work' if milestone.stage == terms.start_stage else reaches}"
    return f"{say_count(milestone.months, 'month')} after {friend}" if milestone.months else f"when {friend}"


def say_due(terms: Terms, milestone: Milestone) -> str:
    """A milestone as recruitment reads of it: 'reward for the start', 'reward for 6 months after “Offered”'."""
    stage = terms.stage(milestone.stage)
    reached = "the start" if milestone.stage == terms.start_stage else f"“{stage.label if stage else milestone.stage}”"
    return f"reward for {say_count(milestone.months, 'month') + ' after ' if milestone.months else ''}{reached}"


def say_milestone(terms: Terms, milestone: Milestone) -> str:
    """One milestone as a line of the terms page."""
    words = f"{milestone.label}: {say_earned(terms, milestone)}"
    if milestone.new_to_care_pence:
        words += f", and {say_pounds(milestone.new_to_care_pence)} more if they have not worked in care before"
    if milestone.claim_days:
        words += f". Claim it within {say_count(milestone.claim_days, 'day')}"
    return f"{words}."


def employment(terms: Terms) -> str:
    return f"These staff may refer a friend: {say_list(terms.referrers.employment)}."


def excluded_roles(terms: Terms) -> str:
    if not terms.referrers.excluded_roles:
        return "No role is left out."
    return f"These may not be rewarded: {say_list(terms.referrers.excluded_roles)}."


def under_notice(terms: Terms) -> str:
    if terms.referrers.under_notice:
        return "You may refer a friend while you work your notice."
    return "You may not refer a friend while you work your notice."


def not_oneself(_terms: Terms) -> str:
    return "Nobody may refer themselves."


def least_age(terms: Terms) -> str:
    return f"Your friend must be {terms.friends.least_age} or over, and must agree before anything is done."


def former_staff(terms: Terms) -> str:
    months = terms.friends.former_staff_months
    if months == 0:
        return "Somebody who worked for the council before may be referred."
    return f"Somebody who worked for the council in the {say_count(months, 'month')} before may not be referred."


def in_process(terms: Terms) -> str:
    if terms.friends.in_process:
        return "Somebody who has already applied may still be referred."
    return "Somebody who has already applied may not be referred."


def first_wins(_terms: Terms) -> str:
    return "If two people refer the same friend, the first referral counts."


def posts(terms: Terms) -> str:
    return f"These posts count: {say_list(terms.posts)}."


def new_to_care(milestone: Milestone) -> str:
    if milestone.new_to_care_pence == 0:
        return "Whether your friend has worked in care before makes no difference."
    return f"{say_pounds(milestone.new_to_care_pence)} more is given if your friend has not worked in care before."


def leaver(terms: Terms) -> str:
    return LEAVER_WORDS[terms.leavers.referrer]


def early_leaver(terms: Terms) -> str:
    days = terms.leavers.friend_days
    if days == 0:
        return "A reward is not taken back when your friend leaves."
    return f"If your friend leaves within {say_count(days, 'day')} of starting, a reward is not given or is taken back."


def cap_of_rewards(terms: Terms) -> str:
    most = terms.caps.rewards
    if most == 0:
        return "There is no limit to how many rewards one person may get."
    return f"One person may get {say_count(most, 'reward')} in 12 months."


def cap_of_pence(terms: Terms) -> str:
    most = terms.caps.pence
    if most == 0:
        return "There is no limit to what one person may get."
    return f"One person may get rewards worth {say_pounds(most)} in 12 months."


def claim(milestone: Milestone) -> str:
    if milestone.claim_days == 0:
        return "You do not have to claim this reward."
    days = say_count(milestone.claim_days, "day")
    return f"You must claim this reward within {days} of the day it falls due, or of the day we learn of it if later."


def describe(terms: Terms) -> list[Section]:
    """The whole of the terms as the terms page shows them."""
    details = (
        "Pass your link on, or give us your friend’s details once they have agreed."
        if terms.details_mode
        else "Pass your link on: your friend types their own details."
    )
    return [
        Section("What you get", tuple(say_milestone(terms, one) for one in terms.milestones)),
        Section("Who may refer", (employment(terms), excluded_roles(terms), under_notice(terms))),
        Section(
            "Who may be referred",
            (not_oneself(terms), least_age(terms), former_staff(terms), in_process(terms), first_wins(terms)),
        ),
        Section("Which posts", (posts(terms),)),
        Section("How to refer", (details,)),
        Section("If somebody leaves", (leaver(terms), early_leaver(terms))),
        Section("Limits", (cap_of_rewards(terms), cap_of_pence(terms))),
        Section("Tax", (terms.tax_note,) if terms.tax_note else ()),
    ]

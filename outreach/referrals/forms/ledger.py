"""The questions about rewards."""

from __future__ import annotations

from outreach import clock
from outreach.referrals.rules.facts import NONE_OF_THESE
from outreach.referrals.rules.ledger import Act, Reason
from outreach.referrals.rules.terms import Terms
from outreach.web.fields import Choice, DatePartsField, RadiosField, SelectField, VersionField, WholeNumberField
from outreach.web.forms import Filters, Form

STATE_WORDS = {
    Act.PROPOSED: "To approve",
    Act.APPROVED: "To give",
    Act.PAID: "Paid",
    Act.HANDED_OVER: "Handed over",
    Act.REFUSED: "Refused",
    Act.REVERSED: "Taken back",
}
REASON_WORDS = {
    Reason.FRIEND_LEFT: "The friend left",
    Reason.REFERRER_LEFT: "The referrer left",
    Reason.RECORD_CORRECTED: "A record was corrected",
    Reason.DUPLICATE: "Somebody else referred this friend first",
    Reason.AGAINST_TERMS: "The terms are not met",
}
RECALL = "recall"


class RewardFilters(Filters):
    state = SelectField(
        "State",
        blank="All states",
        optional=True,
        choices=[
            *(Choice(act.value, words) for act, words in STATE_WORDS.items()),
            Choice(RECALL, "To look at again"),
        ],
    )


class ReasonForm(Form):
    reason = RadiosField(
        "Why?",
        called="Why",
        missing="Select why",
        choices=[Choice(reason.value, words) for reason, words in REASON_WORDS.items()],
        coerce=Reason,
    )
    version = VersionField()


class ChecksForm(Form):
    """What only staff records can tell."""

    employment = RadiosField(
        "How is the referrer employed?", called="How the referrer is employed", missing="Select how they are employed"
    )
    role = RadiosField(
        "Is the referrer one of these?", called="The referrer’s role", missing="Select one, or none of these"
    )
    notice_on = DatePartsField(
        "Working their notice since",
        hint="Leave blank if they are not. For example, 27 3 2026",
        latest=(clock.today, "today or in the past"),
        optional=True,
    )
    referrer_left_on = DatePartsField(
        "The referrer’s last day", hint="Leave blank if they have not resigned. For example, 27 3 2026", optional=True
    )
    friend_left_on = DatePartsField(
        "The friend’s last day as staff of the council, before this referral",
        called="The friend’s last day",
        hint="Leave blank if they never were. For example, 27 3 2024",
        latest=(clock.today, "today or in the past"),
        optional=True,
    )
    in_process = RadiosField(
        "Had the friend applied before they were referred?",
        called="Whether they had applied",
        missing="Select yes if the friend had applied before",
        choices=[Choice("yes", "Yes"), Choice("no", "No")],
        inline=True,
    )
    appointed = SelectField(
        "Which post were they appointed to?",
        called="The post",
        blank="Not appointed yet",
        hint="From the staff records, whatever they asked for. No reward falls due before this is recorded",
        optional=True,
    )
    appointed_hours = WholeNumberField("Hours a week of the post", least=1, most=168, optional=True)
    new_to_care = SelectField(
        "Is the friend new to care?",
        called="Whether they are new to care",
        blank="Not checked yet",
        choices=[Choice("yes", "Yes, new to care"), Choice("no", "No, they worked in care before")],
        optional=True,
    )
    version = VersionField()

    def offer(self, terms: Terms) -> None:
        none = Choice(NONE_OF_THESE, "None of these")
        self.employment.choices = [*(Choice(one.code, one.label) for one in terms.referrers.employment), none]
        self.appointed.choices = [*(Choice(one.code, one.label) for one in terms.posts), none]
        self.role.choices = [*(Choice(one.code, one.label) for one in terms.referrers.excluded_roles), none]

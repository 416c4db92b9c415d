"""The questions with which a version of the terms is drafted."""

from __future__ import annotations

import re
from typing import Any

from outreach import clock
from outreach.referrals.rules.terms import LeaverRule, Terms
from outreach.web.fields import (
    Choice,
    DatePartsField,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    VersionField,
    WholeNumberField,
    YesField,
)
from outreach.web.forms import Form

_MONEY = re.compile(r"([0-9]{1,7})(?:\.([0-9]{2}))?")
MOST_POUNDS = 1_000_000


class PoundsField(WholeNumberField):
    """A sum of money as people write it, '250' or '£1,250.50'. `data` is whole pence, or None."""

    width = "5"

    def shown(self, value: Any) -> str:
        pounds, pence = divmod(int(value), 100)
        return f"{pounds}.{pence:02d}" if pence else str(pounds)

    def problem(self) -> str | None:
        found = _MONEY.fullmatch(re.sub(r"[\s,£]", "", self.typed))
        if found is None:
            return f"{self.called} must be a sum of money, like 250 or 49.50"
        pence = int(found[1]) * 100 + int(found[2] or 0)
        if pence > MOST_POUNDS * 100:
            return f"{self.called} must be £{MOST_POUNDS:,} or less"
        self.data = pence
        return None

    def params(self, heading: bool) -> dict[str, Any]:
        return super().params(heading) | {"inputmode": "decimal", "prefix": {"text": "£"}}


class VersionDetailsForm(Form):
    """What a draft is called, and from when it counts."""

    name = TextField("Name of this version", hint="Like Refer a friend, spring 2027")
    effective_from = DatePartsField(
        "When do the terms take effect?",
        called="The day the terms take effect",
        hint="Referrals made from this day on are under these terms; earlier ones keep theirs. For example, 27 3 2027",
        earliest=(clock.today, "in the future"),
    )
    version = VersionField()


class OnlyVersionForm(Form):
    """A button: what it acts on, as it stood when the page was opened."""

    version = VersionField()


class GeneralForm(Form):
    """Who may refer whom, for which posts, and what limits there are."""

    employment = TextAreaField("Staff who may refer a friend", hint="One kind of employment on each line", rows=4)
    excluded_roles = TextAreaField("Roles that may not be rewarded", hint="One on each line", rows=4, optional=True)
    under_notice = YesField("Notice", answer="Staff may refer while they work their notice", optional=True)
    least_age = WholeNumberField("Friend’s least age", least=16, most=100, hint="In years")
    former_staff_months = WholeNumberField(
        "Months for which former staff are barred", most=600, hint="Enter 0 if they are not"
    )
    in_process = YesField("Applications", answer="Somebody who has already applied may be referred", optional=True)
    posts = TextAreaField("Posts that qualify", hint="One on each line", rows=6)
    cap_rewards = WholeNumberField("Most rewards for one person in 12 months", most=1000, hint="Enter 0 for no limit")
    cap_pence = PoundsField("Most money for one person in 12 months", hint="Enter 0 for no limit")
    referrer_leaves = RadiosField(
        "When the referrer is leaving",
        missing="Select what happens when the referrer is leaving",
        choices=[
            Choice(LeaverRule.NOT_UNDER_NOTICE.value, "They must be employed on the day, and not working notice"),
            Choice(LeaverRule.EMPLOYED.value, "They must be employed on the day"),
            Choice(LeaverRule.PAID.value, "They get what falls due all the same"),
        ],
        coerce=LeaverRule,
    )
    friend_days = WholeNumberField(
        "Days after the start within which a friend who leaves costs the reward", most=1000, hint="Enter 0 for never"
    )
    tax_note = TextAreaField("What the terms say about tax", rows=4, optional=True)
    details_mode = YesField(
        "Friends’ details",
        answer="A referrer may also pass on the details of a friend who has agreed",
        hint_of_answer="Without this a referrer passes on a link, and the friend types their own details",
        optional=True,
    )
    budget_pence = PoundsField("Budget for 12 months")
    version = VersionField()

    @staticmethod
    def boxes() -> tuple[str, ...]:
        """The names of the questions in the order they are asked."""
        return (
            "employment",
            "excluded_roles",
            "under_notice",
            "least_age",
            "former_staff_months",
            "in_process",
            "posts",
            "details_mode",
            "cap_rewards",
            "cap_pence",
            "referrer_leaves",
            "friend_days",
            "tax_note",
            "budget_pence",
        )


class MilestoneForm(Form):
    label = TextField("What is reached", called="What is reached", hint="Like Your friend starts")
    stage = SelectField("Stage", missing="Select the stage that it counts from")
    months = WholeNumberField("Months of service after it", most=120, hint="Enter 0 for the day of the stage itself")
    kind = SelectField("Kind of reward", missing="Select what it earns")
    pence = PoundsField("Worth", called="Worth", hint="For money and vouchers", optional=True)
    words = TextField(
        "In words",
        called="Words",
        max_length=200,
        hint="For what is not worth money, like A training place",
        optional=True,
    )
    new_to_care_pence = PoundsField("More if the friend is new to care", optional=True)
    claim_days = WholeNumberField(
        "Days within which the referrer must claim it", most=3650, hint="Enter 0 if nobody has to claim"
    )
    version = VersionField()

    def offer(self, terms: Terms) -> None:
        self.stage.choices = [Choice(one.code, one.label) for one in terms.stages]
        self.kind.choices = [Choice(one.code, one.label) for one in terms.kinds]


class StageForm(Form):
    label = TextField("Name of the stage")
    after = SelectField("Comes after", blank="It is the first stage", optional=True)
    months = WholeNumberField(
        "Months of service that it stands for",
        least=1,
        most=120,
        hint="Leave blank for a step of recruitment",
        optional=True,
    )
    shown = YesField(
        "Referrer",
        answer="A referrer is told of this stage, if the friend lets them see how it goes",
        optional=True,
    )
    since_1 = SelectField("Counted from", blank="No limit", optional=True)
    days_1 = WholeNumberField("Late after, in calendar days", called="Late after", least=1, most=1000, optional=True)
    since_2 = SelectField("And counted from", blank="No second limit", optional=True)
    days_2 = WholeNumberField("Late after, in calendar days", called="Late after", least=1, most=1000, optional=True)
    version = VersionField()

    def offer(self, terms: Terms, code: str | None) -> None:
        others = [Choice(one.code, one.label) for one in terms.stages if one.code != code]
        for field in (self.after, self.since_1, self.since_2):
            field.choices = others

    def validate(self, extra_validators: Any = None) -> bool:
        """A limit is a stage and a number of days: one without the other is an error beside what is missing."""
        fits = super().validate(extra_validators)
        for since, days in ((self.since_1, self.days_1), (self.since_2, self.days_2)):
            if since.is_blank() and not days.is_blank():
                since.add_error("Select the stage that the limit counts from")
            elif days.is_blank() and not since.is_blank():
                days.add_error("Enter after how many days it is late")
        return fits and not self.errors


class KindForm(Form):
    label = TextField("What the reward is called", called="What the reward is called", hint="Like Voucher")
    money = YesField("Value", answer="It is worth a sum of money", optional=True)
    taxable = YesField("Tax", answer="Payroll must hear of it, as it is taxed", optional=True)
    payroll = YesField("Payment", answer="Payroll pays it", optional=True)
    given_by = TextField("Who hands it over", hint="Leave blank if payroll pays it", optional=True)
    version = VersionField()

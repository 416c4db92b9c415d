"""The states of a reward and what each act does to the balance. Entries are added, never changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from outreach.errors import Conflict


class Act(Enum):
    """What an entry says was done. The last one is the reward's state."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    PAID = "paid"
    HANDED_OVER = "handed_over"
    REVERSED = "reversed"


class Reason(Enum):
    """Why a reward was refused or taken back. Codes only: a ledger is kept, and no words about people stay in it."""

    FRIEND_LEFT = "friend_left"
    REFERRER_LEFT = "referrer_left"
    RECORD_CORRECTED = "record_corrected"
    DUPLICATE = "duplicate"
    AGAINST_TERMS = "against_terms"


STEPS: dict[tuple[Act | None, str], Act] = {
    (None, "propose"): Act.PROPOSED,
    (Act.PROPOSED, "approve"): Act.APPROVED,
    (Act.PROPOSED, "refuse"): Act.REFUSED,
    (Act.PROPOSED, "reverse"): Act.REVERSED,
    (Act.APPROVED, "pay"): Act.PAID,
    (Act.APPROVED, "hand over"): Act.HANDED_OVER,
    (Act.APPROVED, "reverse"): Act.REVERSED,
    (Act.PAID, "reverse"): Act.REVERSED,
    (Act.HANDED_OVER, "reverse"): Act.REVERSED,
    # A refusal or a reversal that was itself a mistake: the reward is proposed again, and two people act again.
    (Act.REFUSED, "propose"): Act.PROPOSED,
    (Act.REVERSED, "propose"): Act.PROPOSED,
}
GIVEN = frozenset({Act.PAID, Act.HANDED_OVER})
OPEN_AGAIN = frozenset({Act.REFUSED, Act.REVERSED})
REPLACED = "replaced-"  # instead of the hash of a reward whose place a newer referral's reward has taken
PROMISED = frozenset({Act.PROPOSED, Act.APPROVED}) | GIVEN


@dataclass(frozen=True)
class Movement:
    """What an entry adds to what is owed and to what has been given, in pence."""

    owed: int
    given: int


@dataclass(frozen=True)
class Balance:
    owed: int
    given: int

    @property
    def spent(self) -> int:
        """What the budget has to bear: what was given and what is promised by an approval."""
        return self.owed + self.given


def next_act(now: Act | None, step: str) -> Act:
    """The state after a step. Raises Conflict when the reward is past it: somebody else was first, say."""
    found = STEPS.get((now, step))
    if found is None:
        stands = now.value.replace("_", " ") if now else "not proposed"
        raise Conflict(f"This reward is {stands} now. Open the page again to see how it stands.")
    return found


def movement(before: Act | None, act: Act, pence: int) -> Movement:
    """What the act moves. Only an approval makes a debt; giving settles it; a reversal undoes what stands."""
    if act is Act.APPROVED:
        return Movement(pence, 0)
    if act in GIVEN:
        return Movement(-pence, pence)
    if act is Act.REVERSED and before is Act.APPROVED:
        return Movement(-pence, 0)
    if act is Act.REVERSED and before in GIVEN:
        return Movement(0, -pence)
    return Movement(0, 0)


def balance(movements: Iterable[Movement]) -> Balance:
    owed = given = 0
    for one in movements:
        owed += one.owed
        given += one.given
    return Balance(owed, given)


def payroll_difference(state: Act, pence: int, told: int) -> int:
    """What payroll must still be told of a reward: its sum, or the sum to take back; nothing when they agree."""
    wanted = pence if state in (Act.APPROVED, Act.PAID) else 0
    return wanted - told


def check_approver(approver: int | None, referrer: int | None) -> None:
    if approver is None or approver == referrer:
        raise Conflict("This reward is for your own referral, so somebody else must decide on it")


def check_giver(giver: int | None, referrer: int | None, approver: int | None) -> None:
    if giver is None or giver == referrer:
        raise Conflict("This reward is for your own referral, so somebody else must mark it as given")
    if giver == approver:
        raise Conflict("You approved this reward, so somebody else must mark it as given")

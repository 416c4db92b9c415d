"""What the demo county invents of referring: open roles, and how referrals went."""

from __future__ import annotations

from dataclasses import dataclass

OPEN_ROLES = (
    ("Care worker, home care", "30 hours a week, some weekends"),
    ("Night care worker", "33 hours a week, nights"),
    ("Senior care worker", "37 hours a week"),
    ("Activities worker", "16 hours a week, term time"),
)


@dataclass(frozen=True)
class Story:
    """How one referral went. Its day is counted back from today: of the referral, or of the friend's first day at work.

    `upto` is the last stage of somebody who has not started; `ends` the code of how it ended, and `lasted` the days at
    work until then. `told_late` is how long recruitment did not know that it had ended.
    """

    ago: int = 0
    started: int = 0
    upto: str = ""
    ends: str = ""
    lasted: int = 0
    told_late: int = 2
    slow: bool = False
    by: str = ""  # a persona; anybody of the staff without one
    shown: bool | None = None  # whether the referrer sees how far the friend is; by chance without one
    checked: bool = True
    oddity: str = ""


STORIES = (
    Story(started=480, ends="completed", lasted=372),
    Story(started=455, ends="completed", lasted=369, slow=True),
    Story(started=430, ends="left_before_milestone", lasted=150),
    Story(started=405, by="referrer", shown=True),
    Story(started=380, slow=True),
    Story(started=367),
    Story(started=330, ends="left_before_milestone", lasted=210),
    Story(started=300, oddity="corrected"),
    Story(started=270, slow=True),
    Story(started=250),
    Story(started=225, ends="left_before_milestone", lasted=95),
    Story(started=205, by="staff"),
    Story(started=195, oddity="referrer left"),
    Story(started=190, by="referrer", shown=True),
    Story(started=176),
    Story(started=150, oddity="refused"),
    Story(started=120, ends="left_before_milestone", lasted=15, told_late=50, oddity="taken back"),
    Story(started=100, oddity="former staff"),
    Story(started=85, slow=True),
    Story(started=62, ends="left_before_milestone", lasted=20, told_late=39, oddity="to take back"),
    Story(started=40),
    Story(started=12, by="referrer", shown=False),
    Story(started=4),
    Story(started=2, checked=False),
    Story(ago=500, upto="interview", ends="not_appointed"),
    Story(ago=460, upto="applied", ends="withdrew_other_job"),
    Story(ago=410, upto="offered", ends="did_not_start"),
    Story(ago=280, upto="applied", ends="no_contact"),
    Story(ago=190, upto="interview", ends="not_appointed"),
    Story(ago=140, upto="offered", ends="withdrew_hours_or_pay"),
    Story(ago=95, upto="confirmed", ends="already_in_process"),
    Story(ago=60, upto="interview", ends="withdrew", oddity="forgotten"),
    Story(ago=75, upto="offered", slow=True, checked=False),
    Story(ago=52, upto="applied"),
    Story(ago=46, upto="checks"),
    Story(ago=30, upto="offered", oddity="household"),
    Story(ago=24, upto="interview", by="referrer", shown=True),
    Story(ago=22, upto="interview", by="recruitment"),
    Story(ago=13, upto="applied"),
    Story(ago=7, upto="confirmed"),
)
"""Friends who said yes: forty on the way or at its end, one story for everything that can be seen."""
UNANSWERED = (Story(ago=45), Story(ago=27, by="referrer"), Story(ago=20))
WAITING = (Story(ago=8), Story(ago=4), Story(ago=2, by="referrer"))
"""Friends who have not answered; the last one's details were passed on, the others typed their own."""

STAGE_GAPS = {
    "confirmed": (1, 3),
    "applied": (2, 5),
    "interview": (5, 9),
    "offered": (2, 6),
    "checks": (9, 17),
    "started": (3, 8),
}
"""From stage to stage, in days."""
SLOW_CHECKS = (27, 38)
CANDIDATE_NOTES = (
    "Rang on Tuesday: keen, and free from next month.",
    "References asked for; one has come.",
    "Would like to work near home, mornings if possible.",
    "Interview went well. The manager will ring with the offer.",
    "Documents seen and copied.",
)

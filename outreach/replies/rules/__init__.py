"""What a mail to us says, and what becomes of it: pure, so that any bytes can be tried on it."""

from outreach.replies.rules.judging import (
    STEPS,
    Answer,
    AnswerKind,
    CalendarText,
    ReplyStatus,
    check_timely,
    judge,
    next_status,
)
from outreach.replies.rules.reading import LARGEST_MAIL, Letter, open_letter
from outreach.replies.rules.reasons import DROPPED, WORDS, Reason

__all__ = [
    "DROPPED",
    "LARGEST_MAIL",
    "STEPS",
    "WORDS",
    "Answer",
    "AnswerKind",
    "CalendarText",
    "Letter",
    "Reason",
    "ReplyStatus",
    "check_timely",
    "judge",
    "next_status",
    "open_letter",
]

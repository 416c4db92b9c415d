"""Why a mail was not acted on, as codes that are kept and as sentences for the coordinator."""

from __future__ import annotations

from enum import Enum


class Reason(Enum):
    """Why a mail waits for a person, or was put aside."""

    PLAIN = "plain"
    COUNTER = "counter"
    REFRESH = "refresh"
    DELEGATED = "delegated"
    UNCLEAR = "unclear"
    RECURRING = "recurring"
    SEVERAL = "several"
    NOT_AN_ANSWER = "not_an_answer"
    UNREADABLE = "unreadable"
    NO_STAMP = "no_stamp"
    FUTURE = "future"
    WINMAIL = "winmail"
    FORWARDED = "forwarded"
    TOO_LARGE = "too_large"
    TOO_COMPLICATED = "too_complicated"
    NOT_DELIVERED = "not_delivered"
    OTHER_SENDER = "other_sender"
    NOT_INVITED = "not_invited"
    TAKEN_BACK = "taken_back"
    UNKNOWN_EVENT = "unknown_event"
    REFUSED = "refused"
    BROKEN = "broken"
    # These are put aside: nobody has to look at them.
    AUTOMATIC = "automatic"
    RECEIPT = "receipt"
    DELAYED = "delayed"
    OLDER_SEQUENCE = "older_sequence"
    OLDER_ANSWER = "older_answer"
    CANCELLED = "cancelled"
    OVER = "over"


DROPPED = frozenset(
    {
        Reason.AUTOMATIC,
        Reason.RECEIPT,
        Reason.DELAYED,
        Reason.OLDER_SEQUENCE,
        Reason.OLDER_ANSWER,
        Reason.CANCELLED,
        Reason.OVER,
    }
)

WORDS = {
    Reason.PLAIN: "It is written in words, without an answer from a calendar",
    Reason.COUNTER: "They suggest another time or place",
    Reason.REFRESH: "They ask for the invitation once more",
    Reason.DELEGATED: "They pass the invitation on to somebody else",
    Reason.UNCLEAR: "The calendar’s answer is not yes, no or perhaps",
    Reason.RECURRING: "The answer is about one date of a series, and our events are no series",
    Reason.SEVERAL: "It holds several answers that differ",
    Reason.NOT_AN_ANSWER: "It holds something from a calendar that is not an answer to us",
    Reason.UNREADABLE: "The calendar’s answer cannot be read",
    Reason.NO_STAMP: "The answer does not say when it was given",
    Reason.FUTURE: "The answer says that it was given in the future",
    Reason.WINMAIL: "It came as winmail.dat, which only Outlook can read",
    Reason.FORWARDED: "The answer is inside a mail that somebody forwarded",
    Reason.TOO_LARGE: "The mail is too large to be read here",
    Reason.TOO_COMPLICATED: "The mail has too many parts to be read here",
    Reason.NOT_DELIVERED: "A mail of ours did not arrive",
    Reason.OTHER_SENDER: "It was sent from another address than the one that answers",
    Reason.NOT_INVITED: "The address that answers was not invited to this event",
    Reason.TAKEN_BACK: "They answer an invitation that was taken out of their calendar again",
    Reason.UNKNOWN_EVENT: "The answer is to an event that is not ours",
    Reason.REFUSED: "The answer no longer fits",
    Reason.BROKEN: "Something went wrong here while it was read",
    Reason.AUTOMATIC: "An automatic reply",
    Reason.RECEIPT: "A receipt",
    Reason.DELAYED: "A mail of ours is late, and is still being tried",
    Reason.OLDER_SEQUENCE: "An answer to an invitation that a newer one has replaced",
    Reason.OLDER_ANSWER: "A newer answer had come before",
    Reason.CANCELLED: "The event is cancelled",
    Reason.OVER: "The event is over",
}

"""When two institutions have one name, and the fact that a name or place has changed."""

from __future__ import annotations

from dataclasses import dataclass


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same to a reader: capitals and spacing do not tell institutions apart."""
    return _compared(one) == _compared(other)


def _compared(name: str) -> str:
    return " ".join(name.casefold().split())


# Facts, told to the features above in the same transaction (see outreach/web/facts.py).


@dataclass(frozen=True)
class NamesChanged:
    """An institution or one of its sites is called otherwise, or stands elsewhere: calendars show the old words."""

    institution_id: int


@dataclass(frozen=True)
class ContactVerified:
    """Somebody checked who a contact is: from now on their mails and pages may name an ambassador."""

    contact_id: int


@dataclass(frozen=True)
class ContactChanged:
    """A contact is called otherwise, has another number or address, or must be verified anew."""

    contact_id: int

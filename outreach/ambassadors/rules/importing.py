"""Ambassadors from a file: which column is what, and a verdict on each row before any is taken in. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from hashlib import sha256

MOST_MAILED = 200


class Field(Enum):
    """What a column of theirs can be to us. The order is that of our own file."""

    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    EMAIL = "email"
    PHONE = "phone"
    EMPLOYER = "employer"
    JOB_TITLE = "job_title"
    ROLE_FAMILY = "role_family"
    HOME_DISTRICT = "home_district"
    BASE_TOWN = "base_town"
    TRAVELS_TO = "travels_to"
    ACTIVITIES = "activities"
    AUDIENCES = "audiences"
    LANGUAGES = "languages"
    QUALIFICATIONS = "qualifications"


FIELD_WORDS = {
    Field.NAME: "Full name",
    Field.FIRST_NAME: "First name",
    Field.LAST_NAME: "Last name",
    Field.EMAIL: "Email address",
    Field.PHONE: "Telephone number",
    Field.EMPLOYER: "Employer",
    Field.JOB_TITLE: "Job role",
    Field.ROLE_FAMILY: "Role family",
    Field.HOME_DISTRICT: "Home district",
    Field.BASE_TOWN: "Town they work in",
    Field.TRAVELS_TO: "Other districts",
    Field.ACTIVITIES: "Activities",
    Field.AUDIENCES: "Audiences",
    Field.LANGUAGES: "Languages",
    Field.QUALIFICATIONS: "Qualifications",
}
# What others call these columns, besides our own words, in small letters and without signs.
_ALSO = {
    Field.NAME: ("name", "ambassador", "ambassador name", "contact name"),
    Field.FIRST_NAME: ("forename", "given name", "firstname"),
    Field.LAST_NAME: ("surname", "family name", "lastname"),
    Field.EMAIL: ("email", "e mail", "mail", "work email", "work email address", "e mail address", "contact email"),
    Field.PHONE: ("phone", "telephone", "mobile", "tel", "phone number", "mobile number", "contact number"),
    Field.EMPLOYER: ("organisation", "organization", "company", "provider", "employer name", "service"),
    Field.JOB_TITLE: ("job title", "job", "role", "position", "occupation"),
    Field.ROLE_FAMILY: ("job family", "role group", "role type", "type of role"),
    Field.HOME_DISTRICT: ("district", "area", "local authority", "borough", "home area"),
    Field.BASE_TOWN: ("town", "base", "town of work", "work town", "works in"),
    Field.TRAVELS_TO: ("travels to", "will travel to", "other areas", "other districts they travel to"),
    Field.ACTIVITIES: ("activity", "activities they offer", "offers"),
    Field.AUDIENCES: ("audience", "audiences they speak to", "speaks to"),
    Field.LANGUAGES: ("language", "languages spoken", "languages they speak with groups"),
    Field.QUALIFICATIONS: ("qualification", "qualified as", "what they are qualified as"),
}
# What nobody can be registered without.
NEEDED = (Field.NAME, Field.EMPLOYER, Field.JOB_TITLE, Field.ROLE_FAMILY, Field.HOME_DISTRICT)
LISTS = (Field.ACTIVITIES, Field.AUDIENCES, Field.LANGUAGES, Field.QUALIFICATIONS)
# In other capitals they say what is held: an employer's name, and a town that the county names no longer.
_SAME_IN_ANY_CAPITALS = (Field.EMPLOYER, Field.BASE_TOWN)


class Fate(Enum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True)
class Row:
    """What a row says, cleaned: the fields that are given, and what is wrong with any of them."""

    number: int
    given: Mapping[Field, str]
    problem: str = ""


@dataclass(frozen=True)
class Entry:
    """An ambassador as a file can describe one. Districts by slug, words of the vocabularies by code."""

    name: str = ""
    phone: str = ""
    employer: str = ""
    job_title: str = ""
    role_family: str = ""
    home_district: str = ""
    base_town: str = ""
    travels_to: frozenset[str] = frozenset()
    activities: frozenset[str] = frozenset()
    audiences: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    qualifications: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Held:
    """An ambassador of the register who has not left. `unconfirmed` ones are nobody yet: anybody could have typed."""

    id: int
    version: int
    entry: Entry
    unconfirmed: bool = False


@dataclass(frozen=True)
class Words:
    """What a file may say for districts and vocabularies: names, labels and codes of each field, and their labels."""

    meaning: Mapping[Field, Mapping[str, str]]
    labels: Mapping[Field, Mapping[str, str]]
    no_longer: Mapping[Field, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """What a row changes of somebody who is there."""

    field: Field
    before: str
    after: str


@dataclass(frozen=True)
class Verdict:
    """What becomes of one row; `words` say why it is refused."""

    row: Row
    fate: Fate
    words: str = ""
    email: str = ""
    entry: Entry = Entry()
    held: Held | None = None
    changes: tuple[Change, ...] = ()

    @property
    def name(self) -> str:
        """Who it is, as the file says; of a file without names, as the register does."""
        return self.entry.name or self.row.given.get(Field.NAME, "")


def guess_columns(headings: Sequence[str]) -> list[Field | None]:
    """What each column seems to be; each field once, the first that fits."""
    known = {
        _plain(words): one for one in Field for words in (FIELD_WORDS[one], one.value.replace("_", " "), *_ALSO[one])
    }
    guessed: list[Field | None] = []
    for heading in headings:
        found = known.get(_plain(heading))
        guessed.append(None if found in guessed else found)
    if Field.NAME in guessed:
        return [None if one in (Field.FIRST_NAME, Field.LAST_NAME) else one for one in guessed]
    return guessed


def problem_of_columns(chosen: Sequence[Field | None]) -> tuple[int, str] | None:
    """What is wrong with a choice of columns, and at which; None if nothing is."""
    times = Counter(one for one in chosen if one)
    for at, one in enumerate(chosen):
        if one and times[one] > 1 and one in chosen[:at]:
            return at, f"{FIELD_WORDS[one]} is chosen for two columns"
        if one in (Field.FIRST_NAME, Field.LAST_NAME) and Field.NAME in times:
            return at, "Choose the full name, or the first and last names, not both"
    if Field.EMAIL not in times:
        return 0, "Select which column holds the email address"
    return None


def missing_for_new(chosen: Iterable[Field | None]) -> list[Field]:
    """What no column gives, and nobody new can be registered without."""
    given = set(chosen)
    if given & {Field.FIRST_NAME, Field.LAST_NAME}:
        given.add(Field.NAME)
    return [one for one in NEEDED if one not in given]


def judge(rows: Sequence[Row], register: Mapping[str, Held], words: Words) -> list[Verdict]:
    """A verdict on each row, in the file's order. `register` is by address. What a row leaves blank stays as it is."""
    first: dict[str, int] = {}
    verdicts = []
    for row in rows:
        verdict = _judge(row, register, words, first)
        if verdict.email and verdict.fate is not Fate.REFUSED:
            first.setdefault(verdict.email, row.number)
        verdicts.append(verdict)
    return verdicts


def stamp_of(verdicts: Iterable[Verdict]) -> str:
    """A short digest of what was decided, by which an act knows that it does what was looked at."""
    told = sha256()
    for one in verdicts:
        changes = [(change.field.value, change.before, change.after) for change in one.changes]
        told.update(repr((one.row.number, one.fate.value, one.email, one.words, changes)).encode())
    return told.hexdigest()[:32]


def _judge(row: Row, register: Mapping[str, Held], words: Words, first: Mapping[str, int]) -> Verdict:
    email = row.given.get(Field.EMAIL, "")
    if row.problem or not email:
        return Verdict(row, Fate.REFUSED, row.problem or "No email address is given", email)
    if email in first:
        return Verdict(row, Fate.REFUSED, f"Row {first[email]:,} has the same email address", email)
    held = register.get(email)
    if held is not None and held.unconfirmed:
        held = None
    values = dict(vars(held.entry if held else Entry()))
    for one, text in row.given.items():
        if one in _SAME_IN_ANY_CAPITALS and key_of(values[one.value]) == key_of(text):
            continue
        if one in words.meaning:
            codes, problem = _read_words(one, text, words, values[one.value])
            if problem:
                return Verdict(row, Fate.REFUSED, problem, email)
            values[one.value] = codes if one in LISTS or one is Field.TRAVELS_TO else next(iter(codes), "")
        elif one is not Field.EMAIL:
            values[one.value] = text
    values["travels_to"] -= {values["home_district"]}
    entry = Entry(**values)
    if held is None:
        missing = [FIELD_WORDS[one] for one in NEEDED if not getattr(entry, one.value)]
        if missing:
            return Verdict(row, Fate.REFUSED, f"Not given: {', '.join(missing)}", email)
        return Verdict(row, Fate.NEW, "", email, entry)
    changes = tuple(_changes(held.entry, entry, words))
    return Verdict(row, Fate.CHANGED if changes else Fate.SAME, "", email, entry, held, changes)


def _read_words(one: Field, text: str, words: Words, before: object) -> tuple[frozenset[str], str]:
    """The codes that a cell names, or the sentence that says which of its words is unknown."""
    meaning = words.meaning[one]
    if one in LISTS or one is Field.TRAVELS_TO:
        parts = [text] if key_of(text) in meaning else re.split(r"[;\n]", text)
        if len(parts) == 1 and key_of(text) not in meaning:
            parts = text.split(",")
    else:
        parts = [text]
    codes = set()
    for part in parts:
        key = key_of(part)
        if not key:
            continue
        code = meaning.get(key)
        if code is None:
            # A word that is no longer offered stays with whoever has it.
            code = words.no_longer.get(one, {}).get(key)
            if code is None or (code not in before if isinstance(before, frozenset) else code != before):
                return frozenset(), f"{FIELD_WORDS[one]}: “{' '.join(part.split())[:60]}” is not known"
        codes.add(code)
    return frozenset(codes), ""


def _changes(before: Entry, after: Entry, words: Words) -> Iterable[Change]:
    for one in Field:
        if one in (Field.EMAIL, Field.FIRST_NAME, Field.LAST_NAME):
            continue
        old, new = getattr(before, one.value), getattr(after, one.value)
        if old != new:
            yield Change(one, _say(one, old, words), _say(one, new, words))


def _say(one: Field, value: str | frozenset[str], words: Words) -> str:
    labels = words.labels.get(one, {})
    if isinstance(value, frozenset):
        return "; ".join(label for code, label in labels.items() if code in value)
    return labels.get(value, value)


def key_of(text: str) -> str:
    """A word as it is compared: whatever its capitals and spaces."""
    return " ".join(text.split()).casefold()


def _plain(heading: str) -> str:
    return " ".join(re.sub(r"[^a-z]+", " ", heading.casefold()).split())

"""What a county file is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

LONGEST_ASSURANCE = 1000  # characters of what hosts are told of an employer's checks
WITHDREW = "withdrew"  # how an application ends that the friend withdrew by their link


class Vocabulary(Enum):
    """The lists of words that a county brings."""

    ROLE_FAMILY = "role_family"
    ACTIVITY = "activity"
    AUDIENCE = "audience"
    INSTITUTION_KIND = "institution_kind"
    DECLINE_REASON = "decline_reason"
    CANNOT_COME_REASON = "cannot_come_reason"
    CANCEL_REASON = "cancel_reason"
    LEAVING_REASON = "leaving_reason"
    VERIFIED_HOW = "verified_how"
    CANDIDATE_OUTCOME = "candidate_outcome"
    LANGUAGE = "language"
    QUALIFICATION = "qualification"


@dataclass(frozen=True)
class CountyEntry:
    name: str
    council: str
    service: str
    scheme: str
    strap_line: str
    contact_email: str
    contact_phone: str
    commitment: int
    answer_within_working_days: int


@dataclass(frozen=True)
class DistrictEntry:
    slug: str
    name: str
    ons_code: str
    towns: list[str]
    row: int
    column: int


@dataclass(frozen=True)
class TermEntry:
    vocabulary: Vocabulary
    code: str
    label: str
    under_18: bool = False
    under_16: bool = False  # no contact data of theirs is ever taken


@dataclass(frozen=True)
class SiteEntry:
    name: str
    town: str
    district: str
    address: str = ""
    postcode: str = ""


@dataclass(frozen=True)
class InstitutionEntry:
    name: str
    kind: str
    sites: tuple[SiteEntry, ...]


@dataclass(frozen=True)
class RequirementEntry:
    """An item of the checklist that makes an ambassador ready. `months_valid` of 0: it does not expire."""

    code: str
    label: str
    words: str
    kind: str = "plain"
    required: bool = True
    months_valid: int = 0


@dataclass(frozen=True)
class EmployerEntry:
    """The council as an employer: what hosts are told of its checks of staff, and whom to ring there."""

    name: str
    assurance: str = ""
    contact_name: str = ""
    contact_phone: str = ""


@dataclass(frozen=True)
class TravelEntry:
    """How many minutes it takes between two towns, there or back."""

    from_town: str
    to_town: str
    minutes: int


@dataclass(frozen=True)
class SchoolTermEntry:
    """A school term, both days included."""

    name: str
    first_day: date
    last_day: date


@dataclass(frozen=True)
class CountyFile:
    county: CountyEntry
    employer: EmployerEntry
    districts: tuple[DistrictEntry, ...]
    terms: tuple[TermEntry, ...]
    institutions: tuple[InstitutionEntry, ...]
    requirements: tuple[RequirementEntry, ...] = ()
    travel: tuple[TravelEntry, ...] = ()
    school_terms: tuple[SchoolTermEntry, ...] = ()

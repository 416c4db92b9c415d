"""What a county file says, or a sentence about what is wrong with it; and how far its towns are. Pure."""

from __future__ import annotations

from outreach.districts.rules.entries import (
    LONGEST_ASSURANCE,
    WITHDREW,
    CountyFile,
    DistrictEntry,
    EmployerEntry,
    RequirementEntry,
    SchoolTermEntry,
    TravelEntry,
    Vocabulary,
)
from outreach.districts.rules.reading import read_county
from outreach.districts.rules.towns import minutes_between

__all__ = [
    "LONGEST_ASSURANCE",
    "WITHDREW",
    "CountyFile",
    "DistrictEntry",
    "EmployerEntry",
    "RequirementEntry",
    "SchoolTermEntry",
    "TravelEntry",
    "Vocabulary",
    "minutes_between",
    "read_county",
]

"""The register: who promotes care, what makes them ready, when they are free, and what they were thanked for."""

from __future__ import annotations

from outreach.ambassadors.models.availability import Away, WeeklyFree
from outreach.ambassadors.models.promise import BoardNote, UnmetDemand
from outreach.ambassadors.models.readiness import ManagerAgreement, ReadinessItem, Requirement
from outreach.ambassadors.models.register import Ambassador, AmbassadorDistrict, AmbassadorTerm, Employer
from outreach.ambassadors.models.thanks import Thanks

__all__ = [
    "Ambassador",
    "AmbassadorDistrict",
    "AmbassadorTerm",
    "Away",
    "BoardNote",
    "Employer",
    "ManagerAgreement",
    "ReadinessItem",
    "Requirement",
    "Thanks",
    "UnmetDemand",
    "WeeklyFree",
]

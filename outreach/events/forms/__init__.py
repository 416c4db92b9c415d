"""The questions about events, assignments and calendars to import."""

from outreach.events.forms.events import (
    AnswerForm,
    AssignFilters,
    AssignForm,
    CancelForm,
    CannotComeForm,
    ConfirmMoveForm,
    EditEventForm,
    EventFilters,
    MoveForm,
    NewEventForm,
    Times,
    WithdrawForm,
    offer_districts,
    offer_sites,
    offer_terms,
    say_site,
)
from outreach.events.forms.importing import COUNTY, CheckImportForm, ImportForm, offer_calendars

__all__ = [
    "COUNTY",
    "AnswerForm",
    "AssignFilters",
    "AssignForm",
    "CancelForm",
    "CannotComeForm",
    "CheckImportForm",
    "ConfirmMoveForm",
    "EditEventForm",
    "EventFilters",
    "ImportForm",
    "MoveForm",
    "NewEventForm",
    "Times",
    "WithdrawForm",
    "offer_calendars",
    "offer_districts",
    "offer_sites",
    "offer_terms",
    "say_site",
]

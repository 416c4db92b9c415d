"""The filters of the public search, and telling of what nobody offers."""

from __future__ import annotations

from outreach.web.fields import SelectField
from outreach.web.forms import Filters, PublicForm


class SearchFilters(Filters):
    """All of them are lists: nobody can look for a name."""

    district = SelectField("District", blank="All districts", optional=True)
    activity = SelectField("Activity", blank="All activities", optional=True)
    audience = SelectField("Audience", blank="All audiences", optional=True)
    role_family = SelectField("Role family", blank="All role families", optional=True)
    language = SelectField("Language", blank="Any language", optional=True)


class TellForm(PublicForm):
    """Tells that nobody offers what the page's address asks for; asks nothing itself."""

"""The pages of an ambassador's own: what they say of themselves, when they are free, and thanks. Made for a phone.

The overview itself is `reports.own`, as it shows events and outcomes.
"""

from __future__ import annotations

from outreach.ambassadors.models import Ambassador
from outreach.ambassadors.queries import get_ambassador
from outreach.errors import NotFound
from outreach.web.door import actor, link


def own_record() -> Ambassador:
    """The record of whoever has the link in the address."""
    found = get_ambassador(link().subject_id)
    if found.id != actor().id:
        raise NotFound
    return found


from outreach.ambassadors.views.own import availability, links, profile, thanks  # noqa: E402, F401 they hang on bp

"""The one question about a mail: whether it is dealt with."""

from __future__ import annotations

from outreach.web.forms import Form


class DoneForm(Form):
    """Nothing to fill in: sending it says that the mail is dealt with."""

"""What the coordinator's and the administrator's own pages read: it spans features, and changes nothing."""

from outreach.reports.queries.audit import AuditFilter, find_actor_names, list_audit_words, select_audit
from outreach.reports.queries.finding import Found, find_anything, find_by_reference
from outreach.reports.queries.work import list_groups

__all__ = [
    "AuditFilter",
    "Found",
    "find_actor_names",
    "find_anything",
    "find_by_reference",
    "list_audit_words",
    "list_groups",
    "select_audit",
]

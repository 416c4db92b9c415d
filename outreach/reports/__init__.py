"""Pages that look across features: the work list, finding by reference, mails, the audit. Read-only but for mails."""

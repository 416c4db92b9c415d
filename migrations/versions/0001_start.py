"""start"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Rules that stand in the database itself.
SQLITE_RULES = [
    """CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END""",
    """CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
WHEN NOT EXISTS (SELECT 1 FROM audit_release WHERE OLD.at < before)
BEGIN SELECT RAISE(ABORT, 'audit entries are only deleted by retention'); END""",
    """CREATE TRIGGER assignment_clash_insert BEFORE INSERT ON assignment
FOR EACH ROW WHEN NEW.status IN ('invited', 'accepted', 'attended') AND EXISTS (
  SELECT 1 FROM assignment AS other
  WHERE other.ambassador_id = NEW.ambassador_id AND other.id IS NOT NEW.id
  AND other.status IN ('invited', 'accepted', 'attended')
  AND other.starts_at < NEW.ends_at AND NEW.starts_at < other.ends_at)
BEGIN SELECT RAISE(ABORT, 'ex_assignment_clash'); END""",
    """CREATE TRIGGER assignment_clash_update BEFORE UPDATE OF status, starts_at, ends_at, ambassador_id ON assignment
FOR EACH ROW WHEN NEW.status IN ('invited', 'accepted', 'attended') AND EXISTS (
  SELECT 1 FROM assignment AS other
  WHERE other.ambassador_id = NEW.ambassador_id AND other.id IS NOT NEW.id
  AND other.status IN ('invited', 'accepted', 'attended')
  AND other.starts_at < NEW.ends_at AND NEW.starts_at < other.ends_at)
BEGIN SELECT RAISE(ABORT, 'ex_assignment_clash'); END""",
    """CREATE TRIGGER scheme_version_no_update BEFORE UPDATE ON scheme_version
WHEN OLD.status = 'published'
BEGIN SELECT RAISE(ABORT, 'a published version of the scheme is never changed'); END""",
    """CREATE TRIGGER scheme_version_no_delete BEFORE DELETE ON scheme_version
WHEN OLD.status = 'published'
BEGIN SELECT RAISE(ABORT, 'a published version of the scheme is never changed'); END""",
    """CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'ledger entries are only ever added'); END""",
    """CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'ledger entries are only ever added'); END""",
    """CREATE TRIGGER payroll_line_no_update BEFORE UPDATE ON payroll_line
BEGIN SELECT RAISE(ABORT, 'ledger entries are only ever added'); END""",
    """CREATE TRIGGER payroll_line_no_delete BEFORE DELETE ON payroll_line
BEGIN SELECT RAISE(ABORT, 'ledger entries are only ever added'); END""",
    """CREATE TRIGGER reward_sum_fixed BEFORE UPDATE OF milestone, kind, pence, referrer_id, scheme_version_id ON reward
BEGIN SELECT RAISE(ABORT, 'ledger entries are only ever added'); END""",
]
POSTGRESQL_RULES = [
    """CREATE FUNCTION audit_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM audit_release WHERE OLD.at < before) THEN RETURN OLD; END IF;
  RAISE EXCEPTION 'audit entries are append-only';
END $$""",
    """CREATE TRIGGER audit_entry_guard BEFORE UPDATE OR DELETE ON audit_entry
FOR EACH ROW EXECUTE FUNCTION audit_entry_guard()""",
    """ALTER TABLE assignment ADD CONSTRAINT ex_assignment_clash EXCLUDE USING gist (
  int8range(ambassador_id::bigint, ambassador_id::bigint, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&)
WHERE (status IN ('invited', 'accepted', 'attended'))""",
    """CREATE FUNCTION scheme_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a published version of the scheme is never changed';
END $$""",
    """CREATE TRIGGER scheme_version_guard BEFORE UPDATE OR DELETE ON scheme_version
FOR EACH ROW WHEN (OLD.status = 'published') EXECUTE FUNCTION scheme_version_guard()""",
    """CREATE FUNCTION ledger_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'ledger entries are only ever added';
END $$""",
    """CREATE TRIGGER ledger_entry_guard BEFORE UPDATE OR DELETE ON ledger_entry
FOR EACH ROW EXECUTE FUNCTION ledger_guard()""",
    """CREATE TRIGGER payroll_line_guard BEFORE UPDATE OR DELETE ON payroll_line
FOR EACH ROW EXECUTE FUNCTION ledger_guard()""",
    """CREATE TRIGGER reward_guard BEFORE UPDATE OF milestone, kind, pence, referrer_id, scheme_version_id ON reward
FOR EACH ROW EXECUTE FUNCTION ledger_guard()""",
]


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issuer", sa.String(length=200), nullable=True),
        sa.Column("subject", sa.String(length=200), nullable=True),
        sa.Column("totp_secret", sa.String(length=200), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_account_email_lower")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sa.UniqueConstraint("issuer", "subject", name="uq_account_issuer_subject"),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "actor_kind",
            sa.Enum(
                "account",
                "ambassador",
                "contact",
                "candidate",
                "system",
                "public",
                name="actorkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject_kind", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_at"), ["at"], unique=False)
        batch_op.create_index("ix_audit_entry_subject", ["subject_kind", "subject_id"], unique=False)

    op.create_table(
        "audit_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("before", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_release")),
    )
    op.create_table(
        "county",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("council", sa.String(length=200), nullable=False),
        sa.Column("service", sa.String(length=200), nullable=False),
        sa.Column("scheme", sa.String(length=200), nullable=False),
        sa.Column("strap_line", sa.String(length=200), nullable=False),
        sa.Column("contact_email", sa.String(length=320), nullable=False),
        sa.Column("contact_phone", sa.String(length=40), nullable=False),
        sa.Column("commitment", sa.Integer(), nullable=False),
        sa.Column("answer_within_working_days", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_county_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_county")),
    )
    op.create_table(
        "district",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("ons_code", sa.String(length=16), nullable=False),
        sa.Column("towns", sa.JSON(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("column", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_district")),
        sa.UniqueConstraint("name", name=op.f("uq_district_name")),
        sa.UniqueConstraint("ons_code", name=op.f("uq_district_ons_code")),
        sa.UniqueConstraint("row", "column", name="uq_district_row_column"),
        sa.UniqueConstraint("slug", name=op.f("uq_district_slug")),
    )
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("journey", sa.String(length=32), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("digest", name=op.f("uq_draft_digest")),
    )
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "employer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("is_council", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer")),
        sa.UniqueConstraint("name", name=op.f("uq_employer_name")),
    )
    op.create_table(
        "job_run",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_run")),
    )
    op.create_table(
        "link_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum("follow", "invitation", "outcome", "friend", name="purpose", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column(
            "holder_kind",
            sa.Enum(
                "account",
                "ambassador",
                "contact",
                "candidate",
                "system",
                "public",
                name="actorkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_link_token_digest")),
    )
    with op.batch_alter_table("link_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_link_token_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index("ix_link_token_subject", ["purpose", "subject_id"], unique=False)

    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("message", sa.String(length=64), nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column(
            "recipient_kind",
            sa.Enum("account", "ambassador", "contact", "friend", name="recipientkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("recipient_id", sa.Integer(), nullable=True),
        sa.Column("about_kind", sa.String(length=32), nullable=True),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("once", sa.String(length=120), nullable=True),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("queued", "sending", "sent", "failed", name="mailstatus", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=300), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_mail_attempts_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("message_id", name=op.f("uq_mail_message_id")),
        sa.UniqueConstraint("once", name=op.f("uq_mail_once")),
    )
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.create_index("ix_mail_about", ["about_kind", "about_id"], unique=False)
        batch_op.create_index("ix_mail_status_due_at", ["status", "due_at"], unique=False)

    op.create_table(
        "rate_hit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("window", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_hit")),
        sa.UniqueConstraint("key", "window", name="uq_rate_hit_key_window"),
    )
    with op.batch_alter_table("rate_hit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rate_hit_ends_at"), ["ends_at"], unique=False)

    op.create_table(
        "refusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_hash", sa.String(length=64), nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refusal")),
        sa.UniqueConstraint("contact_hash", name=op.f("uq_refusal_contact_hash")),
    )
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("browser_digest", sa.String(length=64), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("next_path", sa.String(length=2000), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("browser_digest", name=op.f("uq_sign_in_browser_digest")),
        sa.UniqueConstraint("digest", name=op.f("uq_sign_in_digest")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("location", sa.String(length=500), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("digest", name=op.f("uq_submission_digest")),
    )
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_submission_created_at"), ["created_at"], unique=False)

    op.create_table(
        "term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "vocabulary",
            sa.Enum(
                "role_family",
                "activity",
                "audience",
                "institution_kind",
                "decline_reason",
                "cannot_come_reason",
                "cancel_reason",
                "leaving_reason",
                "verified_how",
                "candidate_outcome",
                name="vocabulary",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("under_18", sa.Boolean(), nullable=False),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term")),
        sa.UniqueConstraint("vocabulary", "code", name="uq_term_vocabulary_code"),
    )
    op.create_table(
        "account_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "coordinator",
                "recruitment_officer",
                "viewer",
                "administrator",
                name="role",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_role_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_role")),
        sa.UniqueConstraint("account_id", "role", name="uq_account_role_account_id_role"),
    )
    op.create_table(
        "ambassador",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("job_title", sa.String(length=200), nullable=False),
        sa.Column("role_family_id", sa.Integer(), nullable=False),
        sa.Column("home_district_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "interested",
                "awaiting_manager",
                "in_training",
                "active",
                "paused",
                "suspended",
                "left",
                name="ambassadorstatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("leaving_reason_id", sa.Integer(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_ambassador_email_lower")),
        sa.ForeignKeyConstraint(["employer_id"], ["employer.id"], name=op.f("fk_ambassador_employer_id")),
        sa.ForeignKeyConstraint(["home_district_id"], ["district.id"], name=op.f("fk_ambassador_home_district_id")),
        sa.ForeignKeyConstraint(["leaving_reason_id"], ["term.id"], name=op.f("fk_ambassador_leaving_reason_id")),
        sa.ForeignKeyConstraint(["role_family_id"], ["term.id"], name=op.f("fk_ambassador_role_family_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ambassador")),
    )
    with op.batch_alter_table("ambassador", schema=None) as batch_op:
        batch_op.create_index("ix_ambassador_home_district_id_status", ["home_district_id", "status"], unique=False)
        batch_op.create_index(
            "uq_ambassador_email_not_left",
            ["email"],
            unique=True,
            sqlite_where=sa.text("status <> 'left'"),
            postgresql_where=sa.text("status <> 'left'"),
        )

    op.create_table(
        "institution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind_id", sa.Integer(), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["kind_id"], ["term.id"], name=op.f("fk_institution_kind_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_institution")),
    )
    with op.batch_alter_table("institution", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_institution_name"), ["name"], unique=False)

    op.create_table(
        "payroll_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("total_pence", sa.Integer(), nullable=False),
        sa.Column("built_by_id", sa.Integer(), nullable=True),
        sa.Column("built_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["built_by_id"], ["account.id"], name=op.f("fk_payroll_file_built_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payroll_file")),
        sa.UniqueConstraint("month", name="uq_payroll_file_month"),
    )
    op.create_table(
        "refer_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_refer_link_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refer_link")),
        sa.UniqueConstraint("account_id", name=op.f("uq_refer_link_account_id")),
        sa.UniqueConstraint("code", name=op.f("uq_refer_link_code")),
    )
    op.create_table(
        "scheme_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column(
            "status", sa.Enum("draft", "published", name="versionstatus", native_enum=False, length=32), nullable=False
        ),
        sa.Column("drafted_by_id", sa.Integer(), nullable=True),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status <> 'published' OR published_at IS NOT NULL", name=op.f("ck_scheme_version_published_at_a_time")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_scheme_version_number_from_one")),
        sa.CheckConstraint(
            "published_by_id IS NULL OR drafted_by_id IS NULL OR published_by_id <> drafted_by_id",
            name=op.f("ck_scheme_version_two_people"),
        ),
        sa.ForeignKeyConstraint(["drafted_by_id"], ["account.id"], name=op.f("fk_scheme_version_drafted_by_id")),
        sa.ForeignKeyConstraint(["published_by_id"], ["account.id"], name=op.f("fk_scheme_version_published_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme_version")),
        sa.UniqueConstraint("number", name=op.f("uq_scheme_version_number")),
    )
    with op.batch_alter_table("scheme_version", schema=None) as batch_op:
        batch_op.create_index(
            "uq_scheme_version_effective_from",
            ["effective_from"],
            unique=True,
            sqlite_where=sa.text("status = 'published'"),
            postgresql_where=sa.text("status = 'published'"),
        )

    op.create_table(
        "session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("second_step_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("council_sign_in", sa.Boolean(), nullable=False),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_session_account_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("digest", name=op.f("uq_session_digest")),
    )
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.create_index("ix_session_account_id", ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_session_last_seen_at"), ["last_seen_at"], unique=False)

    op.create_table(
        "ambassador_district",
        sa.Column("ambassador_id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ambassador_id"], ["ambassador.id"], name=op.f("fk_ambassador_district_ambassador_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_ambassador_district_district_id")),
        sa.PrimaryKeyConstraint("ambassador_id", "district_id", name=op.f("pk_ambassador_district")),
    )
    op.create_table(
        "ambassador_term",
        sa.Column("ambassador_id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ambassador_id"], ["ambassador.id"], name=op.f("fk_ambassador_term_ambassador_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name=op.f("fk_ambassador_term_term_id")),
        sa.PrimaryKeyConstraint("ambassador_id", "term_id", name=op.f("pk_ambassador_term")),
    )
    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("job_title", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by_id", sa.Integer(), nullable=True),
        sa.Column("verified_how_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(verified_at IS NULL) = (verified_by_id IS NULL) AND (verified_at IS NULL) = (verified_how_id IS NULL)",
            name=op.f("ck_contact_verified_whole"),
        ),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_contact_email_lower")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_contact_institution_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["verified_by_id"], ["account.id"], name=op.f("fk_contact_verified_by_id")),
        sa.ForeignKeyConstraint(["verified_how_id"], ["term.id"], name=op.f("fk_contact_verified_how_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("institution_id", "email", name="uq_contact_institution_id_email"),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_institution_id"), ["institution_id"], unique=False)

    op.create_table(
        "referral",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("referrer_id", sa.Integer(), nullable=False),
        sa.Column("scheme_version_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.Enum("link", "details", name="way", native_enum=False, length=32), nullable=False),
        sa.Column(
            "state",
            sa.Enum("waiting", "agreed", "closed", name="referralstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("duplicate_of_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_referral_closed_when_closed")),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_shown_at IS NULL)", name=op.f("ck_referral_shown_when_closed")
        ),
        sa.ForeignKeyConstraint(
            ["duplicate_of_id"], ["referral.id"], name=op.f("fk_referral_duplicate_of_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["referrer_id"], ["account.id"], name=op.f("fk_referral_referrer_id")),
        sa.ForeignKeyConstraint(
            ["scheme_version_id"], ["scheme_version.id"], name=op.f("fk_referral_scheme_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sa.UniqueConstraint("reference", name=op.f("uq_referral_reference")),
    )
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.create_index("ix_referral_duplicate_of_id", ["duplicate_of_id"], unique=False)
        batch_op.create_index("ix_referral_referrer_id", ["referrer_id"], unique=False)
        batch_op.create_index("ix_referral_state_ends_at", ["state", "ends_at"], unique=False)

    op.create_table(
        "site",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("town", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=10), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_site_district_id")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_site_institution_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("institution_id", "name", name="uq_site_institution_id_name"),
    )
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_site_district_id"), ["district_id"], unique=False)

    op.create_table(
        "candidate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("referral_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("contact_hash", sa.String(length=64), nullable=True),
        sa.Column("phone_hash", sa.String(length=64), nullable=True),
        sa.Column("post", sa.String(length=64), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("new_to_care", sa.Boolean(), nullable=False),
        sa.Column("progress_shown", sa.Boolean(), nullable=False),
        sa.Column("notice", sa.String(length=16), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("stage_since", sa.Date(), nullable=False),
        sa.Column("late_after", sa.Date(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("outcome_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_on IS NULL)", name=op.f("ck_candidate_closed_on_when_closed")
        ),
        sa.CheckConstraint("hours IS NULL OR hours BETWEEN 1 AND 168", name=op.f("ck_candidate_hours_of_a_week")),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_candidate_district_id")),
        sa.ForeignKeyConstraint(["outcome_id"], ["term.id"], name=op.f("fk_candidate_outcome_id")),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_candidate_referral_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate")),
        sa.UniqueConstraint("referral_id", name=op.f("uq_candidate_referral_id")),
    )
    with op.batch_alter_table("candidate", schema=None) as batch_op:
        batch_op.create_index("ix_candidate_contact_hash", ["contact_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_candidate_late_after"), ["late_after"], unique=False)
        batch_op.create_index("ix_candidate_phone_hash", ["phone_hash"], unique=False)
        batch_op.create_index("ix_candidate_stage_since", ["stage", "stage_since"], unique=False)
        batch_op.create_index(
            "uq_candidate_contact_hash_open",
            ["contact_hash"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "eligibility",
        sa.Column("referral_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("employment", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("notice_on", sa.Date(), nullable=True),
        sa.Column("referrer_left_on", sa.Date(), nullable=True),
        sa.Column("friend_left_on", sa.Date(), nullable=True),
        sa.Column("in_process", sa.Boolean(), nullable=False),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["checked_by_id"], ["account.id"], name=op.f("fk_eligibility_checked_by_id")),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_eligibility_referral_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("referral_id", name=op.f("pk_eligibility")),
    )
    op.create_table(
        "household",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("referral_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_household_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_household_referral_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household")),
        sa.UniqueConstraint("referral_id", "account_id", name="uq_household_referral_id_account_id"),
    )
    op.create_table(
        "pending_friend",
        sa.Column("referral_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("contact_hash", sa.String(length=64), nullable=False),
        sa.Column("post", sa.String(length=64), nullable=True),
        sa.Column("district_id", sa.Integer(), nullable=True),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("new_to_care", sa.Boolean(), nullable=True),
        sa.Column("progress_shown", sa.Boolean(), nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_pending_friend_district_id")),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_pending_friend_referral_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("referral_id", name=op.f("pk_pending_friend")),
    )
    with op.batch_alter_table("pending_friend", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pending_friend_contact_hash"), ["contact_hash"], unique=False)

    op.create_table(
        "reward",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("candidate_hash", sa.String(length=64), nullable=False),
        sa.Column("milestone", sa.String(length=40), nullable=False),
        sa.Column("referral_id", sa.Integer(), nullable=True),
        sa.Column("scheme_version_id", sa.Integer(), nullable=False),
        sa.Column("referrer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("pence", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "approved",
                "refused",
                "paid",
                "handed_over",
                "reversed",
                name="act",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("recall_since", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("pence >= 0", name=op.f("ck_reward_pence_not_negative")),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_reward_referral_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["referrer_id"], ["account.id"], name=op.f("fk_reward_referrer_id")),
        sa.ForeignKeyConstraint(["scheme_version_id"], ["scheme_version.id"], name=op.f("fk_reward_scheme_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward")),
        sa.UniqueConstraint("candidate_hash", "milestone", name="uq_reward_candidate_hash_milestone"),
        sa.UniqueConstraint("reference", name=op.f("uq_reward_reference")),
    )
    with op.batch_alter_table("reward", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reward_referral_id"), ["referral_id"], unique=False)
        batch_op.create_index("ix_reward_referrer_id_due_on", ["referrer_id", "due_on"], unique=False)
        batch_op.create_index("ix_reward_state_due_on", ["state", "due_on"], unique=False)

    op.create_table(
        "reward_claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("referral_id", sa.Integer(), nullable=False),
        sa.Column("milestone", sa.String(length=40), nullable=False),
        sa.Column("claimed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_reward_claim_referral_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward_claim")),
        sa.UniqueConstraint("referral_id", "milestone", name="uq_reward_claim_referral_id_milestone"),
    )
    op.create_table(
        "stage_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("referral_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("reached_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["account.id"], name=op.f("fk_stage_entry_recorded_by_id")),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_stage_entry_referral_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["supersedes_id"], ["stage_entry.id"], name=op.f("fk_stage_entry_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_entry")),
        sa.UniqueConstraint("supersedes_id", name="uq_stage_entry_supersedes_id"),
    )
    with op.batch_alter_table("stage_entry", schema=None) as batch_op:
        batch_op.create_index(
            "uq_stage_entry_first_of_stage",
            ["referral_id", "stage"],
            unique=True,
            sqlite_where=sa.text("supersedes_id IS NULL"),
            postgresql_where=sa.text("supersedes_id IS NULL"),
        )

    op.create_table(
        "visit_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "new",
                "accepted",
                "declined",
                "withdrawn",
                "expired",
                name="requeststatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("audience_id", sa.Integer(), nullable=False),
        sa.Column("audience_size", sa.Integer(), nullable=False),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("topic_notes", sa.Text(), nullable=False),
        sa.Column("access_notes", sa.Text(), nullable=False),
        sa.Column("supervisor", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decline_reason_id", sa.Integer(), nullable=True),
        sa.Column("decline_words", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("audience_size BETWEEN 1 AND 10000", name=op.f("ck_visit_request_size_in_range")),
        sa.ForeignKeyConstraint(["activity_id"], ["term.id"], name=op.f("fk_visit_request_activity_id")),
        sa.ForeignKeyConstraint(["audience_id"], ["term.id"], name=op.f("fk_visit_request_audience_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_visit_request_contact_id")),
        sa.ForeignKeyConstraint(["decline_reason_id"], ["term.id"], name=op.f("fk_visit_request_decline_reason_id")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["account.id"], name=op.f("fk_visit_request_entered_by_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_visit_request_institution_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_visit_request_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_request")),
        sa.UniqueConstraint("reference", name=op.f("uq_visit_request_reference")),
    )
    with op.batch_alter_table("visit_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_request_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_request_institution_id"), ["institution_id"], unique=False)
        batch_op.create_index("ix_visit_request_status_created_at", ["status", "created_at"], unique=False)

    op.create_table(
        "candidate_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name=op.f("fk_candidate_note_candidate_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["written_by_id"], ["account.id"], name=op.f("fk_candidate_note_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_note")),
    )
    with op.batch_alter_table("candidate_note", schema=None) as batch_op:
        batch_op.create_index("ix_candidate_note_candidate_id", ["candidate_id"], unique=False)

    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "status",
            sa.Enum("planned", "confirmed", "done", "cancelled", name="eventstatus", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=True),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("visit_request_id", sa.Integer(), nullable=True),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("audience_id", sa.Integer(), nullable=True),
        sa.Column("audience_size", sa.Integer(), nullable=True),
        sa.Column("supervisor", sa.String(length=200), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("public_words", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unpublished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason_id", sa.Integer(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uid_public", sa.String(length=100), nullable=False),
        sa.Column("uid_staff", sa.String(length=100), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "audience_size IS NULL OR audience_size BETWEEN 1 AND 10000", name=op.f("ck_event_size_in_range")
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_event_ends_after_start")),
        sa.CheckConstraint("needed BETWEEN 1 AND 50", name=op.f("ck_event_needed_in_range")),
        sa.CheckConstraint("sequence >= 0", name=op.f("ck_event_sequence_not_negative")),
        sa.CheckConstraint(
            "visit_request_id IS NULL OR published_at IS NULL", name=op.f("ck_event_visits_never_public")
        ),
        sa.ForeignKeyConstraint(["activity_id"], ["term.id"], name=op.f("fk_event_activity_id")),
        sa.ForeignKeyConstraint(["audience_id"], ["term.id"], name=op.f("fk_event_audience_id")),
        sa.ForeignKeyConstraint(["cancel_reason_id"], ["term.id"], name=op.f("fk_event_cancel_reason_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_event_contact_id")),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_event_district_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_event_institution_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_event_site_id")),
        sa.ForeignKeyConstraint(["visit_request_id"], ["visit_request.id"], name=op.f("fk_event_visit_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("id", "starts_at", "ends_at", name="uq_event_id_starts_at_ends_at"),
        sa.UniqueConstraint("reference", name=op.f("uq_event_reference")),
        sa.UniqueConstraint("uid_public", name=op.f("uq_event_uid_public")),
        sa.UniqueConstraint("uid_staff", name=op.f("uq_event_uid_staff")),
        sa.UniqueConstraint("visit_request_id", name=op.f("uq_event_visit_request_id")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_district_id_starts_at", ["district_id", "starts_at"], unique=False)
        batch_op.create_index("ix_event_status_starts_at", ["status", "starts_at"], unique=False)

    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reward_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column(
            "act",
            sa.Enum(
                "proposed",
                "approved",
                "refused",
                "paid",
                "handed_over",
                "reversed",
                name="act",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "friend_left",
                "referrer_left",
                "record_corrected",
                "duplicate",
                "against_terms",
                name="reason",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("owed_pence", sa.Integer(), nullable=False),
        sa.Column("given_pence", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("step >= 1", name=op.f("ck_ledger_entry_step_from_one")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_ledger_entry_by_id")),
        sa.ForeignKeyConstraint(["reward_id"], ["reward.id"], name=op.f("fk_ledger_entry_reward_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("reward_id", "step", name="uq_ledger_entry_reward_id_step"),
    )
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.create_index("ix_ledger_entry_at", ["at"], unique=False)

    op.create_table(
        "preferred_time",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_preferred_time_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["visit_request.id"], name=op.f("fk_preferred_time_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preferred_time")),
        sa.UniqueConstraint("request_id", "position", name="uq_preferred_time_request_id_position"),
    )
    op.create_table(
        "request_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["handled_by_id"], ["account.id"], name=op.f("fk_request_message_handled_by_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["visit_request.id"], name=op.f("fk_request_message_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_message")),
    )
    with op.batch_alter_table("request_message", schema=None) as batch_op:
        batch_op.create_index("ix_request_message_handled_at", ["handled_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_request_message_request_id"), ["request_id"], unique=False)

    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ambassador_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "queued",
                "invited",
                "accepted",
                "declined",
                "lapsed",
                "withdrawn",
                "attended",
                "did_not_attend",
                name="assignmentstatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("assigned_by_id", sa.Integer(), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("hours", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("hours IS NULL OR hours BETWEEN 0 AND 100", name=op.f("ck_assignment_hours_in_range")),
        sa.ForeignKeyConstraint(["ambassador_id"], ["ambassador.id"], name=op.f("fk_assignment_ambassador_id")),
        sa.ForeignKeyConstraint(["assigned_by_id"], ["account.id"], name=op.f("fk_assignment_assigned_by_id")),
        sa.ForeignKeyConstraint(
            ["event_id", "starts_at", "ends_at"],
            ["event.id", "event.starts_at", "event.ends_at"],
            name="fk_assignment_event_times",
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["reason_id"], ["term.id"], name=op.f("fk_assignment_reason_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint("event_id", "ambassador_id", name="uq_assignment_event_id_ambassador_id"),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index("ix_assignment_ambassador_id_starts_at", ["ambassador_id", "starts_at"], unique=False)
        batch_op.create_index("ix_assignment_status_answer_by", ["status", "answer_by"], unique=False)

    op.create_table(
        "calendar_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("view", sa.Enum("public", "staff", name="view", native_enum=False, length=32), nullable=False),
        sa.Column("uid", sa.String(length=100), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("checksum", sa.BigInteger(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown_until", sa.Date(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_calendar_text_district_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_calendar_text_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_text")),
        sa.UniqueConstraint("event_id", "view", name="uq_calendar_text_event_id_view"),
        sa.UniqueConstraint("uid", name=op.f("uq_calendar_text_uid")),
    )
    with op.batch_alter_table("calendar_text", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_text_changed_at"), ["changed_at"], unique=False)
        batch_op.create_index("ix_calendar_text_feed", ["view", "district_id", "shown_until"], unique=False)

    op.create_table(
        "outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("took_place", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "recorded_by_kind",
            sa.Enum(
                "account",
                "ambassador",
                "contact",
                "candidate",
                "system",
                "public",
                name="actorkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_outcome_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
        sa.UniqueConstraint("event_id", name=op.f("uq_outcome_event_id")),
    )
    op.create_table(
        "payroll_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("reward_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("pence", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entry.id"], name=op.f("fk_payroll_line_entry_id")),
        sa.ForeignKeyConstraint(["file_id"], ["payroll_file.id"], name=op.f("fk_payroll_line_file_id")),
        sa.ForeignKeyConstraint(["reward_id"], ["reward.id"], name=op.f("fk_payroll_line_reward_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payroll_line")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_payroll_line_entry_id")),
    )
    with op.batch_alter_table("payroll_line", schema=None) as batch_op:
        batch_op.create_index("ix_payroll_line_file_id", ["file_id"], unique=False)
        batch_op.create_index("ix_payroll_line_reward_id", ["reward_id"], unique=False)

    op.create_table(
        "rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("ask_again", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_rating_score_in_range")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_rating_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sa.UniqueConstraint("event_id", name=op.f("uq_rating_event_id")),
    )
    op.create_table(
        "reach",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.Column("audience_id", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.CheckConstraint("people BETWEEN 0 AND 100000", name=op.f("ck_reach_people_in_range")),
        sa.ForeignKeyConstraint(["audience_id"], ["term.id"], name=op.f("fk_reach_audience_id")),
        sa.ForeignKeyConstraint(["outcome_id"], ["outcome.id"], name=op.f("fk_reach_outcome_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reach")),
        sa.UniqueConstraint("outcome_id", "audience_id", name="uq_reach_outcome_id_audience_id"),
    )

    for statement in SQLITE_RULES if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_RULES:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("reach")
    op.drop_table("rating")
    with op.batch_alter_table("payroll_line", schema=None) as batch_op:
        batch_op.drop_index("ix_payroll_line_reward_id")
        batch_op.drop_index("ix_payroll_line_file_id")

    op.drop_table("payroll_line")
    op.drop_table("outcome")
    with op.batch_alter_table("calendar_text", schema=None) as batch_op:
        batch_op.drop_index("ix_calendar_text_feed")
        batch_op.drop_index(batch_op.f("ix_calendar_text_changed_at"))

    op.drop_table("calendar_text")
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_index("ix_assignment_status_answer_by")
        batch_op.drop_index("ix_assignment_ambassador_id_starts_at")

    op.drop_table("assignment")
    with op.batch_alter_table("request_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_request_message_request_id"))
        batch_op.drop_index("ix_request_message_handled_at")

    op.drop_table("request_message")
    op.drop_table("preferred_time")
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_ledger_entry_at")

    op.drop_table("ledger_entry")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_status_starts_at")
        batch_op.drop_index("ix_event_district_id_starts_at")

    op.drop_table("event")
    with op.batch_alter_table("candidate_note", schema=None) as batch_op:
        batch_op.drop_index("ix_candidate_note_candidate_id")

    op.drop_table("candidate_note")
    with op.batch_alter_table("visit_request", schema=None) as batch_op:
        batch_op.drop_index("ix_visit_request_status_created_at")
        batch_op.drop_index(batch_op.f("ix_visit_request_institution_id"))
        batch_op.drop_index(batch_op.f("ix_visit_request_contact_id"))

    op.drop_table("visit_request")
    with op.batch_alter_table("stage_entry", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_stage_entry_first_of_stage",
            sqlite_where=sa.text("supersedes_id IS NULL"),
            postgresql_where=sa.text("supersedes_id IS NULL"),
        )

    op.drop_table("stage_entry")
    op.drop_table("reward_claim")
    with op.batch_alter_table("reward", schema=None) as batch_op:
        batch_op.drop_index("ix_reward_state_due_on")
        batch_op.drop_index("ix_reward_referrer_id_due_on")
        batch_op.drop_index(batch_op.f("ix_reward_referral_id"))

    op.drop_table("reward")
    with op.batch_alter_table("pending_friend", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pending_friend_contact_hash"))

    op.drop_table("pending_friend")
    op.drop_table("household")
    op.drop_table("eligibility")
    with op.batch_alter_table("candidate", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_candidate_contact_hash_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index("ix_candidate_stage_since")
        batch_op.drop_index("ix_candidate_phone_hash")
        batch_op.drop_index(batch_op.f("ix_candidate_late_after"))
        batch_op.drop_index("ix_candidate_contact_hash")

    op.drop_table("candidate")
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_site_district_id"))

    op.drop_table("site")
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.drop_index("ix_referral_state_ends_at")
        batch_op.drop_index("ix_referral_referrer_id")
        batch_op.drop_index("ix_referral_duplicate_of_id")

    op.drop_table("referral")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_institution_id"))

    op.drop_table("contact")
    op.drop_table("ambassador_term")
    op.drop_table("ambassador_district")
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_last_seen_at"))
        batch_op.drop_index("ix_session_account_id")

    op.drop_table("session")
    with op.batch_alter_table("scheme_version", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_scheme_version_effective_from",
            sqlite_where=sa.text("status = 'published'"),
            postgresql_where=sa.text("status = 'published'"),
        )

    op.drop_table("scheme_version")
    op.drop_table("refer_link")
    op.drop_table("payroll_file")
    with op.batch_alter_table("institution", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_institution_name"))

    op.drop_table("institution")
    with op.batch_alter_table("ambassador", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_ambassador_email_not_left",
            sqlite_where=sa.text("status <> 'left'"),
            postgresql_where=sa.text("status <> 'left'"),
        )
        batch_op.drop_index("ix_ambassador_home_district_id_status")

    op.drop_table("ambassador")
    op.drop_table("account_role")
    op.drop_table("term")
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_submission_created_at"))

    op.drop_table("submission")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_expires_at"))

    op.drop_table("sign_in")
    op.drop_table("refusal")
    with op.batch_alter_table("rate_hit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rate_hit_ends_at"))

    op.drop_table("rate_hit")
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.drop_index("ix_mail_status_due_at")
        batch_op.drop_index("ix_mail_about")

    op.drop_table("mail")
    with op.batch_alter_table("link_token", schema=None) as batch_op:
        batch_op.drop_index("ix_link_token_subject")
        batch_op.drop_index(batch_op.f("ix_link_token_expires_at"))

    op.drop_table("link_token")
    op.drop_table("job_run")
    op.drop_table("employer")
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draft_expires_at"))

    op.drop_table("draft")
    op.drop_table("district")
    op.drop_table("county")
    op.drop_table("audit_release")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_subject")
        batch_op.drop_index(batch_op.f("ix_audit_entry_at"))

    op.drop_table("audit_entry")
    op.drop_table("account")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_entry_guard()")
        op.execute("DROP FUNCTION scheme_version_guard()")
        op.execute("DROP FUNCTION ledger_guard()")

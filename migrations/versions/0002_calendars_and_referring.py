"""calendars and referring"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# A batch rebuild on SQLite drops a table's triggers silently: they are written again.
SQLITE_RULES: list[tuple[str, str]] = [
    (
        "assignment_clash_insert",
        """CREATE TRIGGER assignment_clash_insert BEFORE INSERT ON assignment
FOR EACH ROW WHEN NEW.status IN ('invited', 'accepted', 'attended') AND EXISTS (
  SELECT 1 FROM assignment AS other
  WHERE other.ambassador_id = NEW.ambassador_id AND other.id IS NOT NEW.id
  AND other.status IN ('invited', 'accepted', 'attended')
  AND other.starts_at < NEW.ends_at AND NEW.starts_at < other.ends_at)
BEGIN SELECT RAISE(ABORT, 'ex_assignment_clash'); END""",
    ),
    (
        "assignment_clash_update",
        """CREATE TRIGGER assignment_clash_update BEFORE UPDATE OF status, starts_at, ends_at, ambassador_id ON assignment
FOR EACH ROW WHEN NEW.status IN ('invited', 'accepted', 'attended') AND EXISTS (
  SELECT 1 FROM assignment AS other
  WHERE other.ambassador_id = NEW.ambassador_id AND other.id IS NOT NEW.id
  AND other.status IN ('invited', 'accepted', 'attended')
  AND other.starts_at < NEW.ends_at AND NEW.starts_at < other.ends_at)
BEGIN SELECT RAISE(ABORT, 'ex_assignment_clash'); END""",
    ),
]

# The days of stages decide who is paid what, so entries are only ever added.
STAGE_ENTRY_SQLITE = [
    """CREATE TRIGGER stage_entry_fixed BEFORE UPDATE OF id, referral_id, stage, reached_on, supersedes_id, recorded_by_id, recorded_at ON stage_entry
BEGIN SELECT RAISE(ABORT, 'stage entries are only ever added'); END""",
    """CREATE TRIGGER stage_entry_reason BEFORE UPDATE OF reason ON stage_entry
WHEN NEW.reason <> ''
BEGIN SELECT RAISE(ABORT, 'stage entries are only ever added'); END""",
    """CREATE TRIGGER stage_entry_no_delete BEFORE DELETE ON stage_entry
WHEN EXISTS (SELECT 1 FROM referral WHERE id = OLD.referral_id)
BEGIN SELECT RAISE(ABORT, 'stage entries are only ever added'); END""",
]
STAGE_ENTRY_POSTGRESQL = [
    """CREATE FUNCTION stage_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT 1 FROM referral WHERE id = OLD.referral_id) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'stage entries are only ever added';
END $$""",
    """CREATE TRIGGER stage_entry_fixed BEFORE DELETE OR UPDATE OF id, referral_id, stage, reached_on, supersedes_id, recorded_by_id, recorded_at ON stage_entry
FOR EACH ROW EXECUTE FUNCTION stage_entry_guard()""",
    """CREATE TRIGGER stage_entry_reason BEFORE UPDATE OF reason ON stage_entry
FOR EACH ROW WHEN (NEW.reason <> '') EXECUTE FUNCTION stage_entry_guard()""",
]


def upgrade() -> None:
    # The texts are a cache: the daily job, or `outreach verify-calendars --mend`, renders them again.
    op.execute("DELETE FROM calendar_text")
    op.create_table(
        "asked",
        sa.Column("contact_hash", sa.String(length=64), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("contact_hash", name=op.f("pk_asked")),
    )
    op.create_table(
        "calendar_version",
        sa.Column(
            "view",
            sa.Enum("public", "staff", "own", "held", "host", "named", name="view", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("view", name=op.f("pk_calendar_version")),
    )
    op.create_table(
        "feed_fetch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("feed", sa.String(length=120), nullable=False),
        sa.Column(
            "client",
            sa.Enum(
                "google",
                "outlook",
                "apple",
                "thunderbird",
                "nextcloud",
                "android",
                "browser",
                "unnamed",
                "other",
                name="client",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_fetch")),
        sa.UniqueConstraint("feed", "client", name="uq_feed_fetch_feed_client"),
    )
    op.create_table(
        "private_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("own", "visits", "staff", "work", "rewards", name="feedkind", native_enum=False, length=32),
            nullable=False,
        ),
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
        sa.Column("mailbox", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checksum", sa.String(length=64), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_private_feed_district_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_private_feed")),
        sa.UniqueConstraint("digest", name=op.f("uq_private_feed_digest")),
    )
    with op.batch_alter_table("private_feed", schema=None) as batch_op:
        batch_op.create_index(
            "uq_private_feed_live",
            ["holder_kind", "holder_id", "name"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "vacancy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=200), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=True),
        sa.Column("hours", sa.String(length=60), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_vacancy_district_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vacancy")),
    )
    op.create_table(
        "event_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("days_after", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("days_after BETWEEN 0 AND 90", name=op.f("ck_event_code_days_after_in_range")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_code_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["made_by_id"], ["account.id"], name=op.f("fk_event_code_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_code")),
        sa.UniqueConstraint("code", name=op.f("uq_event_code_code")),
        sa.UniqueConstraint("event_id", name=op.f("uq_event_code_event_id")),
    )
    op.create_table(
        "imported_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_imported_entry_event_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_imported_entry_institution_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_entry")),
        sa.UniqueConstraint("digest", name=op.f("uq_imported_entry_digest")),
        sa.UniqueConstraint("event_id", name=op.f("uq_imported_entry_event_id")),
    )
    with op.batch_alter_table("imported_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_imported_entry_institution_id"), ["institution_id"], unique=False)

    op.create_table(
        "reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "status",
            sa.Enum("acted", "noted", "dropped", "waiting", "done", name="replystatus", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "plain",
                "counter",
                "refresh",
                "delegated",
                "unclear",
                "recurring",
                "several",
                "not_an_answer",
                "unreadable",
                "no_stamp",
                "future",
                "winmail",
                "forwarded",
                "too_large",
                "too_complicated",
                "not_delivered",
                "other_sender",
                "not_invited",
                "taken_back",
                "unknown_event",
                "refused",
                "broken",
                "automatic",
                "receipt",
                "delayed",
                "older_sequence",
                "older_answer",
                "cancelled",
                "over",
                name="reason",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("detail", sa.String(length=300), nullable=False),
        sa.Column("sender", sa.String(length=320), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "answer",
            sa.Enum("accepted", "declined", "tentative", name="answerkind", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column("stamp", sa.DateTime(timezone=True), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(status = 'done') = (done_at IS NOT NULL)", name=op.f("ck_reply_done_has_a_time")),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_reply_assignment_id")),
        sa.ForeignKeyConstraint(["done_by_id"], ["account.id"], name=op.f("fk_reply_done_by_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_reply_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
        sa.UniqueConstraint("digest", name=op.f("uq_reply_digest")),
    )
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.create_index("ix_reply_assignment_id_received_at", ["assignment_id", "received_at"], unique=False)
        batch_op.create_index("ix_reply_status_received_at", ["status", "received_at"], unique=False)

    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mailed_sequence", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("mailed_to", sa.String(length=320), nullable=True))

    with op.batch_alter_table("calendar_text", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sequence", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("activity_id", sa.Integer(), nullable=True))
        batch_op.drop_index(batch_op.f("ix_calendar_text_changed_at"))
        batch_op.drop_index(batch_op.f("ix_calendar_text_feed"))
        batch_op.drop_constraint(batch_op.f("uq_calendar_text_uid"), type_="unique")
        batch_op.create_index("ix_calendar_text_view_shown_until", ["view", "shown_until"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_calendar_text_activity_id"), "term", ["activity_id"], ["id"])
        batch_op.drop_column("checksum")
        batch_op.drop_column("uid")

    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_key", sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.add_column(sa.Column("calendar", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("calendar_method", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("thread", sa.String(length=64), nullable=True))

    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.add_column(sa.Column("event_id", sa.Integer(), nullable=True))
        batch_op.alter_column("referrer_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_index("ix_referral_event_id", ["event_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_referral_event_id"), "event", ["event_id"], ["id"], ondelete="SET NULL"
        )

    if op.get_bind().dialect.name == "sqlite":
        for name, statement in SQLITE_RULES:
            op.execute(f"DROP TRIGGER IF EXISTS {name}")
            op.execute(statement)

    with op.batch_alter_table("eligibility", schema=None) as batch_op:
        batch_op.add_column(sa.Column("appointed", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("appointed_hours", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("new_to_care", sa.Boolean(), nullable=True))

    with op.batch_alter_table("term", schema=None) as batch_op:
        batch_op.add_column(sa.Column("under_16", sa.Boolean(), server_default=sa.false(), nullable=False))

    for rule in STAGE_ENTRY_SQLITE if op.get_bind().dialect.name == "sqlite" else STAGE_ENTRY_POSTGRESQL:
        op.execute(rule)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("stage_entry_fixed", "stage_entry_reason", "stage_entry_no_delete"):
            op.execute(f"DROP TRIGGER {name}")
    else:
        for name in ("stage_entry_fixed", "stage_entry_reason"):
            op.execute(f"DROP TRIGGER {name} ON stage_entry")
        op.execute("DROP FUNCTION stage_entry_guard()")

    with op.batch_alter_table("term", schema=None) as batch_op:
        batch_op.drop_column("under_16")

    with op.batch_alter_table("eligibility", schema=None) as batch_op:
        batch_op.drop_column("new_to_care")
        batch_op.drop_column("appointed_hours")
        batch_op.drop_column("appointed")

    # The texts are a cache: the daily job, or `outreach verify-calendars --mend`, renders them again.
    op.execute("DELETE FROM calendar_text")
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_referral_event_id"), type_="foreignkey")
        batch_op.drop_index("ix_referral_event_id")
        batch_op.alter_column("referrer_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("event_id")

    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.drop_column("thread")
        batch_op.drop_column("calendar_method")
        batch_op.drop_column("calendar")

    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_column("is_key")

    with op.batch_alter_table("calendar_text", schema=None) as batch_op:
        batch_op.add_column(sa.Column("uid", sa.VARCHAR(length=100), nullable=False))
        batch_op.add_column(sa.Column("checksum", sa.BIGINT(), nullable=False))
        batch_op.drop_constraint(batch_op.f("fk_calendar_text_activity_id"), type_="foreignkey")
        batch_op.drop_index("ix_calendar_text_view_shown_until")
        batch_op.create_unique_constraint(batch_op.f("uq_calendar_text_uid"), ["uid"])
        batch_op.create_index(batch_op.f("ix_calendar_text_feed"), ["view", "district_id", "shown_until"], unique=False)
        batch_op.create_index(batch_op.f("ix_calendar_text_changed_at"), ["changed_at"], unique=False)
        batch_op.drop_column("activity_id")
        batch_op.drop_column("sequence")

    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_column("mailed_to")
        batch_op.drop_column("mailed_sequence")

    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.drop_index("ix_reply_status_received_at")
        batch_op.drop_index("ix_reply_assignment_id_received_at")

    op.drop_table("reply")
    with op.batch_alter_table("imported_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_imported_entry_institution_id"))

    op.drop_table("imported_entry")
    op.drop_table("event_code")
    op.drop_table("vacancy")
    with op.batch_alter_table("private_feed", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_private_feed_live",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.drop_table("private_feed")
    op.drop_table("feed_fetch")
    op.drop_table("calendar_version")
    op.drop_table("asked")

    if op.get_bind().dialect.name == "sqlite":
        for name, statement in SQLITE_RULES:
            op.execute(f"DROP TRIGGER IF EXISTS {name}")
            op.execute(statement)

"""openings"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


# A batch rebuild of a table drops its triggers without a word.
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


def _write_triggers() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, statement in SQLITE_RULES:
            op.execute(f"DROP TRIGGER IF EXISTS {name}")
            op.execute(statement)


def upgrade() -> None:
    op.create_table(
        "weight",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.CheckConstraint("points BETWEEN 0 AND 100", name=op.f("ck_weight_points_in_range")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_weight")),
    )
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "queued",
                "running",
                "proposed",
                "failed",
                "stopped",
                "applying",
                "applied",
                name="planstatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("limit_seconds", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alive_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "method",
            sa.Enum("optimal", "bounded", "greedy", name="planmethod", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column("gap", sa.Double(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("answer_hours", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("applied_by_id", sa.Integer(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_plan_last_after_first")),
        sa.CheckConstraint("limit_seconds BETWEEN 1 AND 600", name=op.f("ck_plan_limit_in_range")),
        sa.ForeignKeyConstraint(["applied_by_id"], ["account.id"], name=op.f("fk_plan_applied_by_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["account.id"], name=op.f("fk_plan_asked_by_id")),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_plan_district_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
    )
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.create_index("ix_plan_status", ["status"], unique=False)

    op.create_table(
        "arrangements",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("room", sa.String(length=300), server_default="", nullable=False),
        sa.Column("access", sa.Text(), server_default="", nullable=False),
        sa.Column("parking", sa.Text(), server_default="", nullable=False),
        sa.Column("contact_name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("contact_phone", sa.String(length=40), server_default="", nullable=False),
        sa.Column("safeguarding_name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("safeguarding_phone", sa.String(length=40), server_default="", nullable=False),
        sa.Column("slides", sa.String(length=500), server_default="", nullable=False),
        sa.Column("needs", sa.Text(), server_default="", nullable=False),
        sa.Column("host_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_arrangements_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_arrangements")),
    )
    op.create_table(
        "opening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("qualification_id", sa.Integer(), nullable=True),
        sa.Column("qualified_needed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("open_to_offers", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(qualification_id IS NULL) = (qualified_needed = 0)", name=op.f("ck_opening_qualification_whole")
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_opening_ends_after_start")),
        sa.CheckConstraint("needed BETWEEN 1 AND 50", name=op.f("ck_opening_needed_in_range")),
        sa.CheckConstraint("qualified_needed BETWEEN 0 AND needed", name=op.f("ck_opening_qualified_in_range")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_opening_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["qualification_id"], ["term.id"], name=op.f("fk_opening_qualification_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening")),
        sa.UniqueConstraint("event_id", "id", "starts_at", "ends_at", name="uq_opening_event_id_id_starts_at_ends_at"),
    )
    with op.batch_alter_table("opening", schema=None) as batch_op:
        batch_op.create_index("ix_opening_starts_at", ["starts_at"], unique=False)

    op.create_table(
        "invitation_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opening_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("running", "stopped", "ended", name="orderstatus", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("answer_hours", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("answer_hours BETWEEN 1 AND 336", name=op.f("ck_invitation_order_hours_in_range")),
        sa.ForeignKeyConstraint(["made_by_id"], ["account.id"], name=op.f("fk_invitation_order_made_by_id")),
        sa.ForeignKeyConstraint(
            ["opening_id"], ["opening.id"], name=op.f("fk_invitation_order_opening_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation_order")),
    )
    with op.batch_alter_table("invitation_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_order_opening_id"), ["opening_id"], unique=False)
        batch_op.create_index(
            "uq_invitation_order_opening_id_running",
            ["opening_id"],
            unique=True,
            sqlite_where=sa.text("status = 'running'"),
            postgresql_where=sa.text("status = 'running'"),
        )

    op.create_table(
        "plan_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("opening_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ambassador_id", sa.Integer(), nullable=True),
        sa.Column("pinned", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "proposed", "unfilled", "left_out", "asked", "skipped", name="placestatus", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("out_of", sa.Integer(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("blocked", sa.Text(), server_default="", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ambassador_id"], ["ambassador.id"], name=op.f("fk_plan_place_ambassador_id")),
        sa.ForeignKeyConstraint(
            ["opening_id"], ["opening.id"], name=op.f("fk_plan_place_opening_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_place_plan_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_place")),
        sa.UniqueConstraint(
            "plan_id", "opening_id", "ambassador_id", name="uq_plan_place_plan_id_opening_id_ambassador"
        ),
        sa.UniqueConstraint("plan_id", "opening_id", "number", name="uq_plan_place_plan_id_opening_id_number"),
    )
    with op.batch_alter_table("plan_place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_place_opening_id"), ["opening_id"], unique=False)

    op.create_table(
        "choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "way",
            sa.Enum(
                "shortlist",
                "order",
                "planner",
                "offered",
                "stand_in",
                "now",
                "by_hand",
                name="choiceway",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("out_of", sa.Integer(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("override", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_choice_assignment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["account.id"], name=op.f("fk_choice_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_choice")),
    )
    with op.batch_alter_table("choice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_choice_assignment_id"), ["assignment_id"], unique=False)

    op.create_table(
        "other_date",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "part",
            sa.Enum("morning", "afternoon", "evening", name="partofday", native_enum=False, length=32),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_other_date_assignment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_other_date")),
        sa.UniqueConstraint("assignment_id", "day", "part", name="uq_other_date_assignment_id_day_part"),
    )
    op.create_table(
        "stand_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column(
            "status",
            sa.Enum("named", "asked", "refused", name="standinstatus", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_stand_in_assignment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["settled_by_id"], ["account.id"], name=op.f("fk_stand_in_settled_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand_in")),
        sa.UniqueConstraint("assignment_id", name=op.f("uq_stand_in_assignment_id")),
    )
    # Every event has one opening from now on: the whole of it, for as many people as it needed.
    event = sa.table("event", *(sa.column(name) for name in ("id", "starts_at", "ends_at", "needed", "created_at")))
    opening = sa.table(
        "opening", *(sa.column(name) for name in ("event_id", "starts_at", "ends_at", "needed", "created_at"))
    )
    op.execute(
        opening.insert().from_select(
            ["event_id", "starts_at", "ends_at", "needed", "created_at"],
            sa.select(event.c.id, event.c.starts_at, event.c.ends_at, event.c.needed, event.c.created_at).order_by(
                event.c.id
            ),
        )
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("opening_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("order_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("place_in_order", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("skipped", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("checked_out_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE assignment SET opening_id = (SELECT id FROM opening WHERE opening.event_id = assignment.event_id)"
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.alter_column("opening_id", existing_type=sa.Integer(), nullable=False)
        batch_op.add_column(sa.Column("said", sa.Text(), server_default="", nullable=False))
        batch_op.create_index("ix_assignment_opening_id", ["opening_id"], unique=False)
        batch_op.create_index("ix_assignment_order_id", ["order_id"], unique=False)
        batch_op.drop_constraint(batch_op.f("fk_assignment_event_times"), type_="foreignkey")
        batch_op.create_foreign_key(batch_op.f("fk_assignment_event_id"), "event", ["event_id"], ["id"])
        batch_op.create_foreign_key(
            "fk_assignment_opening_times",
            "opening",
            ["event_id", "opening_id", "starts_at", "ends_at"],
            ["event_id", "id", "starts_at", "ends_at"],
            onupdate="CASCADE",
        )
        batch_op.create_foreign_key(batch_op.f("fk_assignment_order_id"), "invitation_order", ["order_id"], ["id"])
    # Who said why they cannot come has a reason; the other words are the coordinator's.
    op.execute("UPDATE assignment SET said = words, words = '' WHERE reason_id IS NOT NULL")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_event_id_starts_at_ends_at"), type_="unique")
    _write_triggers()


def downgrade() -> None:
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_unique_constraint(batch_op.f("uq_event_id_starts_at_ends_at"), ["id", "starts_at", "ends_at"])
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_assignment_order_id"), type_="foreignkey")
        batch_op.drop_constraint("fk_assignment_opening_times", type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_assignment_event_id"), type_="foreignkey")
    # An opening that was a part of its event becomes the whole of it again, and the two kinds of words one.
    op.execute(
        "UPDATE assignment SET starts_at = (SELECT starts_at FROM event WHERE event.id = assignment.event_id),"
        " ends_at = (SELECT ends_at FROM event WHERE event.id = assignment.event_id)"
    )
    op.execute("UPDATE assignment SET words = said WHERE said <> ''")
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_foreign_key(
            batch_op.f("fk_assignment_event_times"),
            "event",
            ["event_id", "starts_at", "ends_at"],
            ["id", "starts_at", "ends_at"],
            onupdate="CASCADE",
        )
        batch_op.drop_index("ix_assignment_order_id")
        batch_op.drop_index("ix_assignment_opening_id")
        for name in ("checked_out_at", "skipped", "place_in_order", "order_id", "said", "opening_id"):
            batch_op.drop_column(name)
    _write_triggers()

    op.drop_table("stand_in")
    op.drop_table("other_date")
    with op.batch_alter_table("choice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_choice_assignment_id"))

    op.drop_table("choice")
    with op.batch_alter_table("plan_place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_place_opening_id"))

    op.drop_table("plan_place")
    with op.batch_alter_table("invitation_order", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_invitation_order_opening_id_running",
            sqlite_where=sa.text("status = 'running'"),
            postgresql_where=sa.text("status = 'running'"),
        )
        batch_op.drop_index(batch_op.f("ix_invitation_order_opening_id"))

    op.drop_table("invitation_order")
    with op.batch_alter_table("opening", schema=None) as batch_op:
        batch_op.drop_index("ix_opening_starts_at")

    op.drop_table("opening")
    op.drop_table("arrangements")
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.drop_index("ix_plan_status")

    op.drop_table("plan")
    op.drop_table("weight")

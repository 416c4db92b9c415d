"""register"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "board_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_note")),
        sa.UniqueConstraint("week", name=op.f("uq_board_note_week")),
    )
    op.create_table(
        "requirement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("plain", "manager", "consent", name="requirementkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("months_valid", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "months_valid IS NULL OR months_valid BETWEEN 1 AND 120", name=op.f("ck_requirement_months_in_range")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement")),
        sa.UniqueConstraint("code", name=op.f("uq_requirement_code")),
    )
    op.create_table(
        "unmet_demand",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        sa.Column("audience_id", sa.Integer(), nullable=True),
        sa.Column("role_family_id", sa.Integer(), nullable=True),
        sa.Column("language_id", sa.Integer(), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["activity_id"], ["term.id"], name=op.f("fk_unmet_demand_activity_id")),
        sa.ForeignKeyConstraint(["audience_id"], ["term.id"], name=op.f("fk_unmet_demand_audience_id")),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_unmet_demand_district_id")),
        sa.ForeignKeyConstraint(["language_id"], ["term.id"], name=op.f("fk_unmet_demand_language_id")),
        sa.ForeignKeyConstraint(["role_family_id"], ["term.id"], name=op.f("fk_unmet_demand_role_family_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unmet_demand")),
    )
    with op.batch_alter_table("unmet_demand", schema=None) as batch_op:
        batch_op.create_index("ix_unmet_demand_closed_at", ["closed_at"], unique=False)

    op.create_table(
        "away",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ambassador_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_away_last_after_first")),
        sa.ForeignKeyConstraint(
            ["ambassador_id"], ["ambassador.id"], name=op.f("fk_away_ambassador_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_away")),
    )
    with op.batch_alter_table("away", schema=None) as batch_op:
        batch_op.create_index("ix_away_ambassador_id_last_day", ["ambassador_id", "last_day"], unique=False)

    op.create_table(
        "manager_agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ambassador_id", sa.Integer(), nullable=False),
        sa.Column("manager_name", sa.String(length=200), nullable=False),
        sa.Column("manager_email", sa.String(length=320), nullable=False),
        sa.Column(
            "status",
            sa.Enum("named", "asked", "agreed", "not_now", "ended", name="agreement", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("hours_a_month", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("backfill", sa.Boolean(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "hours_a_month IS NULL OR hours_a_month BETWEEN 0.5 AND 100",
            name=op.f("ck_manager_agreement_hours_in_range"),
        ),
        sa.CheckConstraint(
            "manager_email = lower(manager_email)", name=op.f("ck_manager_agreement_manager_email_lower")
        ),
        sa.ForeignKeyConstraint(
            ["ambassador_id"], ["ambassador.id"], name=op.f("fk_manager_agreement_ambassador_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_manager_agreement")),
    )
    with op.batch_alter_table("manager_agreement", schema=None) as batch_op:
        batch_op.create_index("ix_manager_agreement_ambassador_id", ["ambassador_id"], unique=False)

    op.create_table(
        "readiness_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ambassador_id", sa.Integer(), nullable=False),
        sa.Column("requirement_id", sa.Integer(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "expires_on IS NULL OR expires_on >= done_on", name=op.f("ck_readiness_item_expires_after_done")
        ),
        sa.ForeignKeyConstraint(
            ["ambassador_id"], ["ambassador.id"], name=op.f("fk_readiness_item_ambassador_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["requirement_id"], ["requirement.id"], name=op.f("fk_readiness_item_requirement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readiness_item")),
        sa.UniqueConstraint("ambassador_id", "requirement_id", name="uq_readiness_item_ambassador_id_requirement_id"),
    )
    with op.batch_alter_table("readiness_item", schema=None) as batch_op:
        batch_op.create_index("ix_readiness_item_expires_on", ["expires_on"], unique=False)

    op.create_table(
        "weekly_free",
        sa.Column("ambassador_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column(
            "part",
            sa.Enum("morning", "afternoon", "evening", name="partofday", native_enum=False, length=32),
            nullable=False,
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_weekly_free_weekday_in_range")),
        sa.ForeignKeyConstraint(
            ["ambassador_id"], ["ambassador.id"], name=op.f("fk_weekly_free_ambassador_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ambassador_id", "weekday", "part", name=op.f("pk_weekly_free")),
    )
    op.create_table(
        "thanks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("ambassador_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column(
            "source", sa.Enum("coordinator", "host", name="thanksfrom", native_enum=False, length=32), nullable=False
        ),
        sa.Column("signed", sa.String(length=200), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("thanked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ambassador_id"], ["ambassador.id"], name=op.f("fk_thanks_ambassador_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_thanks_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thanks")),
        sa.UniqueConstraint("reference", name=op.f("uq_thanks_reference")),
    )
    with op.batch_alter_table("thanks", schema=None) as batch_op:
        batch_op.create_index("ix_thanks_ambassador_id", ["ambassador_id"], unique=False)

    with op.batch_alter_table("ambassador", schema=None) as batch_op:
        batch_op.add_column(sa.Column("story", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("notice_days", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("visits_a_month", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("paused_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("unconfirmed_since", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("ambassador", schema=None) as batch_op:
        batch_op.drop_column("unconfirmed_since")
        batch_op.drop_column("paused_until")
        batch_op.drop_column("visits_a_month")
        batch_op.drop_column("notice_days")
        batch_op.drop_column("story")

    with op.batch_alter_table("thanks", schema=None) as batch_op:
        batch_op.drop_index("ix_thanks_ambassador_id")

    op.drop_table("thanks")
    op.drop_table("weekly_free")
    with op.batch_alter_table("readiness_item", schema=None) as batch_op:
        batch_op.drop_index("ix_readiness_item_expires_on")

    op.drop_table("readiness_item")
    with op.batch_alter_table("manager_agreement", schema=None) as batch_op:
        batch_op.drop_index("ix_manager_agreement_ambassador_id")

    op.drop_table("manager_agreement")
    with op.batch_alter_table("away", schema=None) as batch_op:
        batch_op.drop_index("ix_away_ambassador_id_last_day")

    op.drop_table("away")
    with op.batch_alter_table("unmet_demand", schema=None) as batch_op:
        batch_op.drop_index("ix_unmet_demand_closed_at")

    op.drop_table("unmet_demand")
    op.drop_table("requirement")
    op.drop_table("board_note")

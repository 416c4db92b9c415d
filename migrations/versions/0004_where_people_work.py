"""where people work"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "travel_time",
        sa.Column("from_town", sa.String(length=100), nullable=False),
        sa.Column("to_town", sa.String(length=100), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes BETWEEN 0 AND 300", name=op.f("ck_travel_time_minutes_in_range")),
        sa.PrimaryKeyConstraint("from_town", "to_town", name=op.f("pk_travel_time")),
    )
    op.create_table(
        "school_term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_school_term_last_after_first")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_term")),
        sa.UniqueConstraint("name", name=op.f("uq_school_term_name")),
    )
    with op.batch_alter_table("employer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("assurance", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("contact_name", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("contact_phone", sa.String(length=40), server_default="", nullable=False))
        batch_op.add_column(sa.Column("contact_checked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))

    with op.batch_alter_table("ambassador", schema=None) as batch_op:
        batch_op.add_column(sa.Column("base_town", sa.String(length=100), nullable=True))

    with op.batch_alter_table("readiness_item", schema=None) as batch_op:
        batch_op.add_column(sa.Column("recorded_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_readiness_item_recorded_by_id"), "account", ["recorded_by_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("readiness_item", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_readiness_item_recorded_by_id"), type_="foreignkey")
        batch_op.drop_column("recorded_by_id")

    with op.batch_alter_table("ambassador", schema=None) as batch_op:
        batch_op.drop_column("base_town")

    with op.batch_alter_table("employer", schema=None) as batch_op:
        batch_op.drop_column("version")
        batch_op.drop_column("contact_checked_at")
        batch_op.drop_column("contact_phone")
        batch_op.drop_column("contact_name")
        batch_op.drop_column("assurance")

    op.drop_table("school_term")
    op.drop_table("travel_time")

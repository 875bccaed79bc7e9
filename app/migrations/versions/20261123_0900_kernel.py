"""The kernel's tables with their walls, and the job queue in a schema of its own.

Revision ID: kernel_1
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kernel.db.rls import APP_ROLE, RELAY_ROLE, create_schema, protect

revision = "kernel_1"
down_revision = None
branch_labels = None
depends_on = None

SCHEMA = "kernel"
QUEUE_SCHEMA = "procrastinate"
QUEUE_SQL = Path(__file__).parent.parent / "sql" / "procrastinate_3_10.sql"
RELAY_READS = "tenant_id, id, name, lock, created_at, deferred_at, settled_at"
APPEND_ONLY = ("audit_entry", "audit_seal")
OWNED = ("outbox", "event_handled", "mail_message", "number_series", "rate_limit", "idempotency_key", "web_session")


def upgrade() -> None:
    """Tables, row security, the job queue."""
    for statement in create_schema(SCHEMA):
        op.execute(statement)
    _events()
    _audit()
    _mail()
    _counters()
    _requests()
    _workers()
    _walls()
    _queue()


def downgrade() -> None:
    """Takes everything away, with all rows."""
    op.execute(f"DROP SCHEMA {QUEUE_SCHEMA} CASCADE")
    op.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


def _events() -> None:
    op.create_table(
        "outbox",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("actor", postgresql.JSONB(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("lock", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deferred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_outbox"),
        schema=SCHEMA,
    )
    op.create_index(
        "ix_outbox_settled",
        "outbox",
        ["tenant_id", "settled_at"],
        unique=False,
        schema=SCHEMA,
        postgresql_where=sa.text("settled_at IS NOT NULL"),
    )
    op.create_index(
        "ix_outbox_waiting", "outbox", ["tenant_id", "id"], unique=False, schema=SCHEMA, postgresql_where=sa.text("deferred_at IS NULL")
    )
    op.create_table(
        "event_handled",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("handler", sa.Text(), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "event_id", "handler", name="pk_event_handled"),
        schema=SCHEMA,
    )
    op.create_index("ix_event_handled_tenant_id_handled_at", "event_handled", ["tenant_id", "handled_at"], unique=False, schema=SCHEMA)


def _audit() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object_type", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("after", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_audit_entry"),
        schema=SCHEMA,
    )
    op.create_index("ix_audit_entry_tenant_id_actor_id", "audit_entry", ["tenant_id", "actor_id"], unique=False, schema=SCHEMA)
    op.create_index(
        "ix_audit_entry_tenant_id_object_type_object_id",
        "audit_entry",
        ["tenant_id", "object_type", "object_id"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "audit_seal",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("entry_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("prev_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("seq > 0", name="ck_audit_seal_seq_positive"),
        sa.PrimaryKeyConstraint("tenant_id", "seq", name="pk_audit_seal"),
        schema=SCHEMA,
    )


def _mail() -> None:
    op.create_table(
        "mail_message",
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("reply_to", sa.Text(), nullable=True),
        sa.Column("sender_name", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_error", sa.Text(), server_default="", nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed')", name="ck_mail_message_state_known"),
        sa.CheckConstraint("attempts >= 0", name="ck_mail_message_attempts_not_negative"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_mail_message"),
        schema=SCHEMA,
    )
    op.create_index(
        "ix_mail_message_waiting",
        "mail_message",
        ["tenant_id", "next_try_at"],
        unique=False,
        schema=SCHEMA,
        postgresql_where=sa.text("state = 'waiting'"),
    )


def _counters() -> None:
    op.create_table(
        "number_series",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("last", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("last >= 0", name="ck_number_series_last_not_negative"),
        sa.PrimaryKeyConstraint("tenant_id", "name", name="pk_number_series"),
        schema=SCHEMA,
    )
    op.create_table(
        "rate_limit",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hits", sa.ARRAY(sa.DateTime(timezone=True)), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "name", "key_hash", name="pk_rate_limit"),
        schema=SCHEMA,
    )
    op.create_index("ix_rate_limit_tenant_id_expires_at", "rate_limit", ["tenant_id", "expires_at"], unique=False, schema=SCHEMA)
    op.create_table(
        "tenant_stamp",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("stamp", sa.BigInteger(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name="pk_tenant_stamp"),
        schema=SCHEMA,
    )


def _requests() -> None:
    op.create_table(
        "idempotency_key",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", postgresql.JSONB(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "owner", "key", name="pk_idempotency_key"),
        schema=SCHEMA,
    )
    op.create_index("ix_idempotency_key_tenant_id_expires_at", "idempotency_key", ["tenant_id", "expires_at"], unique=False, schema=SCHEMA)
    op.create_table(
        "web_session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("visitor", sa.Text(), nullable=False),
        sa.Column("csrf", sa.Text(), nullable=False),
        sa.Column("data", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_agent", sa.Text(), server_default="", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_web_session"),
        sa.UniqueConstraint("tenant_id", "token_hash", name="uq_web_session_tenant_id_token_hash"),
        schema=SCHEMA,
    )
    op.create_index("ix_web_session_tenant_id_account_id", "web_session", ["tenant_id", "account_id"], unique=False, schema=SCHEMA)
    op.create_index("ix_web_session_tenant_id_expires_at", "web_session", ["tenant_id", "expires_at"], unique=False, schema=SCHEMA)


def _workers() -> None:
    op.create_table(
        "worker_status",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_worker_status"),
        schema=SCHEMA,
    )


def _walls() -> None:
    for table in OWNED:
        _run(protect(f"{SCHEMA}.{table}"))
    for table in APPEND_ONLY:
        _run(protect(f"{SCHEMA}.{table}", append_only=True))
    _run(protect(f"{SCHEMA}.tenant_stamp", readers="true"))
    _run(
        [
            # the relay carries ids from the outbox to the queue: it reads no payload and changes nothing but the mark
            f"CREATE POLICY kernel_outbox_relay_read ON {SCHEMA}.outbox FOR SELECT TO {RELAY_ROLE} USING (true)",
            f"CREATE POLICY kernel_outbox_relay_mark ON {SCHEMA}.outbox FOR UPDATE TO {RELAY_ROLE} USING (true) WITH CHECK (true)",
            f"GRANT SELECT ({RELAY_READS}), UPDATE (deferred_at) ON {SCHEMA}.outbox TO {RELAY_ROLE}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON {SCHEMA}.worker_status TO {RELAY_ROLE}",
            f"REVOKE INSERT, UPDATE, DELETE ON {SCHEMA}.worker_status FROM {APP_ROLE}",
        ]
    )


def _queue() -> None:
    """The job queue belongs to the relay's role alone: its tables know no tenants, so the application's role may not
    look at them. Every function carries its search path, because the library names its tables without a schema."""
    _run(
        [
            f"CREATE SCHEMA {QUEUE_SCHEMA}",
            f"GRANT USAGE ON SCHEMA {QUEUE_SCHEMA} TO {RELAY_ROLE}",
            f"SET LOCAL search_path TO {QUEUE_SCHEMA}",
        ]
    )
    # the file holds many statements and percent signs: straight to the driver, without parameters
    op.get_bind().connection.cursor().execute(QUEUE_SQL.read_text())
    functions = op.get_bind().scalars(
        sa.text("SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = to_regnamespace(:schema)"), {"schema": QUEUE_SCHEMA}
    )
    for function in list(functions):
        op.execute(f"ALTER FUNCTION {function} SET search_path = {QUEUE_SCHEMA}, pg_temp")
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
    _run(
        [
            f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {QUEUE_SCHEMA} TO {RELAY_ROLE}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {QUEUE_SCHEMA} TO {RELAY_ROLE}",
            f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {QUEUE_SCHEMA} TO {RELAY_ROLE}",
            "SET LOCAL search_path TO DEFAULT",
        ]
    )


def _run(statements: list[str]) -> None:
    for statement in statements:
        op.execute(statement)

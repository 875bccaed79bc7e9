"""Tenants, their hosts, settings, parties, people, roles and machine clients, each behind its wall.

Revision ID: tenants_1
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kernel.db.rls import APP_ROLE, create_schema, protect

revision = "tenants_1"
down_revision = "kernel_1"
branch_labels = None
depends_on = None

SCHEMA = "tenants"
OWNED = (
    "profile",
    "market",
    "theme",
    "party",
    "party_role",
    "party_relation",
    "address",
    "account",
    "one_time_link",
    "role",
    "account_role",
    "company_buyer",
    "oauth_client",
    "oauth_token",
)


def upgrade() -> None:
    """Tables, row security, and what the application's role may not do to the directory."""
    _run(create_schema(SCHEMA))
    _directory()
    _settings()
    _parties()
    _relations()
    _addresses()
    _accounts()
    _roles()
    _clients()
    _walls()


def downgrade() -> None:
    """Takes everything away, with all rows."""
    op.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


def _directory() -> None:
    op.create_table(
        "tenant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        *_dates(),
        sa.CheckConstraint("kind IN ('brand', 'partner')", name="ck_tenant_kind_known"),
        sa.CheckConstraint("slug ~ '^[a-z0-9](-?[a-z0-9]){0,39}$'", name="ck_tenant_slug_form"),
        sa.CheckConstraint("status IN ('active', 'suspended', 'closed')", name="ck_tenant_status_known"),
        sa.PrimaryKeyConstraint("id", name="pk_tenant"),
        sa.UniqueConstraint("slug", name="uq_tenant_slug"),
        schema=SCHEMA,
    )
    op.create_table(
        "host",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="pending", nullable=False),
        sa.Column("is_primary", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        *_own(),
        sa.CheckConstraint("(state = 'active') = (proved_at IS NOT NULL)", name="ck_host_active_is_proved"),
        sa.CheckConstraint("state IN ('pending', 'active')", name="ck_host_state_known"),
        sa.CheckConstraint("host = lower(host) AND length(host) BETWEEN 1 AND 253", name="ck_host_host_form"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant.id"], name="fk_host_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_host"),
        sa.UniqueConstraint("tenant_id", "host", name="uq_host_tenant_id_host"),
        schema=SCHEMA,
    )
    op.create_index("uq_host_active", "host", ["host"], unique=True, schema=SCHEMA, postgresql_where=sa.text("state = 'active'"))


def _settings() -> None:
    op.create_table(
        "profile",
        sa.Column("legal_name", sa.Text(), server_default="", nullable=False),
        sa.Column("contact_email", sa.Text(), server_default="", nullable=False),
        sa.Column("contact_phone", sa.Text(), server_default="", nullable=False),
        sa.Column("imprint", sa.Text(), server_default="", nullable=False),
        sa.Column("time_zone", sa.Text(), server_default="Europe/Berlin", nullable=False),
        sa.Column("registration", sa.Text(), server_default="open", nullable=False),
        *_own(),
        sa.CheckConstraint("registration IN ('open', 'closed')", name="ck_profile_registration_known"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant.id"], name="fk_profile_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_profile"),
        sa.UniqueConstraint("tenant_id", name="uq_profile_tenant_id"),
        schema=SCHEMA,
    )
    op.create_table(
        "market",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("countries", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("languages", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("default_language", sa.Text(), nullable=False),
        sa.Column("prices_include_tax", sa.Boolean(), nullable=False),
        sa.Column("is_default", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        *_own(),
        sa.CheckConstraint("code ~ '^[a-z0-9]{2,12}$'", name="ck_market_code_form"),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name="ck_market_currency_form"),
        sa.CheckConstraint("cardinality(countries) > 0 AND cardinality(languages) > 0", name="ck_market_not_empty"),
        sa.CheckConstraint("default_language = ANY (languages)", name="ck_market_default_language_spoken"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant.id"], name="fk_market_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_market"),
        sa.UniqueConstraint("tenant_id", "code", name="uq_market_tenant_id_code"),
        schema=SCHEMA,
    )
    op.create_index("uq_market_default", "market", ["tenant_id"], unique=True, schema=SCHEMA, postgresql_where=sa.text("is_default"))
    op.create_table(
        "theme",
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("primary_colour", sa.Text(), nullable=False),
        sa.Column("second_colour", sa.Text(), server_default="", nullable=False),
        sa.Column("pairing", sa.Text(), nullable=False),
        sa.Column("logo_key", sa.Text(), server_default="", nullable=False),
        sa.Column("tagline", sa.Text(), server_default="", nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        *_own(),
        sa.CheckConstraint("primary_colour ~ '^#[0-9a-f]{6}$'", name="ck_theme_primary_colour_form"),
        sa.CheckConstraint("second_colour = '' OR second_colour ~ '^#[0-9a-f]{6}$'", name="ck_theme_second_colour_form"),
        sa.CheckConstraint("state IN ('draft', 'live', 'past')", name="ck_theme_state_known"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant.id"], name="fk_theme_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_theme"),
        schema=SCHEMA,
    )
    op.create_index("uq_theme_draft", "theme", ["tenant_id"], unique=True, schema=SCHEMA, postgresql_where=sa.text("state = 'draft'"))
    op.create_index("uq_theme_live", "theme", ["tenant_id"], unique=True, schema=SCHEMA, postgresql_where=sa.text("state = 'live'"))


def _parties() -> None:
    op.create_table(
        "party",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("given_name", sa.Text(), server_default="", nullable=False),
        sa.Column("family_name", sa.Text(), server_default="", nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("tax_number", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("attributes", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        *_own(),
        sa.CheckConstraint("kind IN ('person', 'organisation', 'group')", name="ck_party_kind_known"),
        sa.CheckConstraint("name <> ''", name="ck_party_name_given"),
        sa.CheckConstraint("status IN ('active', 'archived')", name="ck_party_status_known"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant.id"], name="fk_party_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_party"),
        sa.UniqueConstraint("tenant_id", "number", name="uq_party_tenant_id_number"),
        schema=SCHEMA,
    )
    op.create_index("ix_party_tenant_id_email", "party", ["tenant_id", "email"], unique=False, schema=SCHEMA)
    op.create_index("ix_party_tenant_id_name_key", "party", ["tenant_id", "name_key"], unique=False, schema=SCHEMA)
    op.create_table(
        "party_role",
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        *_own(),
        sa.CheckConstraint(
            "role IN ('prospect', 'sold_to', 'ship_to', 'bill_to', 'payer', 'contact', 'employee', 'partner', 'supplier', 'competitor')",
            name="ck_party_role_role_known",
        ),
        sa.CheckConstraint("valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from", name="ck_party_role_period"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "party_id"],
            ["tenants.party.tenant_id", "tenants.party.id"],
            name="fk_party_role_tenant_id_party_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_party_role"),
        sa.UniqueConstraint("tenant_id", "party_id", "role", name="uq_party_role_tenant_id_party_id_role"),
        schema=SCHEMA,
    )


def _relations() -> None:
    op.create_table(
        "party_relation",
        sa.Column("from_party_id", sa.Uuid(), nullable=False),
        sa.Column("to_party_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("attributes", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        *_own(),
        sa.CheckConstraint(
            "kind IN ('contact_person_of', 'employee_of', 'buyer_of', 'member_of', 'subsidiary_of', 'shareholder_of', 'ship_to_of', 'bill_to_of')",
            name="ck_party_relation_kind_known",
        ),
        sa.CheckConstraint("from_party_id <> to_party_id", name="ck_party_relation_two_parties"),
        sa.CheckConstraint("valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from", name="ck_party_relation_period"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "from_party_id"],
            ["tenants.party.tenant_id", "tenants.party.id"],
            name="fk_party_relation_tenant_id_from_party_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "to_party_id"],
            ["tenants.party.tenant_id", "tenants.party.id"],
            name="fk_party_relation_tenant_id_to_party_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_party_relation"),
        sa.UniqueConstraint(
            "tenant_id", "from_party_id", "kind", "to_party_id", name="uq_party_relation_tenant_id_from_party_id_kind_to_party_id"
        ),
        schema=SCHEMA,
    )
    op.create_index("ix_party_relation_tenant_id_to_party_id", "party_relation", ["tenant_id", "to_party_id"], unique=False, schema=SCHEMA)


def _addresses() -> None:
    op.create_table(
        "address",
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column("country_code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("company_name", sa.Text(), server_default="", nullable=False),
        sa.Column("street_lines", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("city", sa.Text(), server_default="", nullable=False),
        sa.Column("city_area", sa.Text(), server_default="", nullable=False),
        sa.Column("country_area", sa.Text(), server_default="", nullable=False),
        sa.Column("postal_code", sa.Text(), server_default="", nullable=False),
        sa.Column("sorting_code", sa.Text(), server_default="", nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("is_default_shipping", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_default_billing", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        *_own(),
        sa.CheckConstraint("country_code ~ '^[A-Z]{2}$'", name="ck_address_country_code_form"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "party_id"],
            ["tenants.party.tenant_id", "tenants.party.id"],
            name="fk_address_tenant_id_party_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_address"),
        schema=SCHEMA,
    )
    op.create_index("ix_address_tenant_id_party_id", "address", ["tenant_id", "party_id"], unique=False, schema=SCHEMA)
    op.create_index(
        "uq_address_billing",
        "address",
        ["tenant_id", "party_id"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("is_default_billing"),
    )
    op.create_index(
        "uq_address_shipping",
        "address",
        ["tenant_id", "party_id"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("is_default_shipping"),
    )


def _accounts() -> None:
    op.create_table(
        "account",
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), server_default="", nullable=False),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_staff", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("last_sign_in_at", sa.DateTime(timezone=True), nullable=True),
        *_own(),
        sa.CheckConstraint("email_key = lower(email_key) AND email_key <> ''", name="ck_account_email_key_form"),
        sa.CheckConstraint("status <> 'active' OR password_hash <> ''", name="ck_account_active_has_password"),
        sa.CheckConstraint("status IN ('invited', 'unconfirmed', 'active', 'deactivated')", name="ck_account_status_known"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "party_id"], ["tenants.party.tenant_id", "tenants.party.id"], name="fk_account_tenant_id_party_id"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant.id"], name="fk_account_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_account"),
        sa.UniqueConstraint("tenant_id", "email_key", name="uq_account_tenant_id_email_key"),
        schema=SCHEMA,
    )
    op.create_index("ix_account_tenant_id_party_id", "account", ["tenant_id", "party_id"], unique=False, schema=SCHEMA)
    op.create_table(
        "one_time_link",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        *_own(),
        sa.CheckConstraint("purpose IN ('invitation', 'reset', 'confirm_mail', 'join_company')", name="ck_one_time_link_purpose_known"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["tenants.account.tenant_id", "tenants.account.id"],
            name="fk_one_time_link_tenant_id_account_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_one_time_link"),
        sa.UniqueConstraint("tenant_id", "token_hash", name="uq_one_time_link_tenant_id_token_hash"),
        schema=SCHEMA,
    )
    op.create_index("ix_one_time_link_tenant_id_account_id", "one_time_link", ["tenant_id", "account_id"], unique=False, schema=SCHEMA)


def _roles() -> None:
    op.create_table(
        "role",
        sa.Column("key", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("permissions", sa.ARRAY(sa.Text()), nullable=False),
        *_own(),
        sa.CheckConstraint("name <> ''", name="ck_role_name_given"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant.id"], name="fk_role_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_role"),
        sa.UniqueConstraint("tenant_id", "name", name="uq_role_tenant_id_name"),
        schema=SCHEMA,
    )
    op.create_index("uq_role_key", "role", ["tenant_id", "key"], unique=True, schema=SCHEMA, postgresql_where=sa.text("key <> ''"))
    op.create_table(
        "account_role",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role_id", sa.Uuid(), nullable=False),
        *_own(),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["tenants.account.tenant_id", "tenants.account.id"],
            name="fk_account_role_tenant_id_account_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "role_id"], ["tenants.role.tenant_id", "tenants.role.id"], name="fk_account_role_tenant_id_role_id"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_account_role"),
        sa.UniqueConstraint("tenant_id", "account_id", "role_id", name="uq_account_role_tenant_id_account_id_role_id"),
        schema=SCHEMA,
    )
    op.create_index("ix_account_role_tenant_id_role_id", "account_role", ["tenant_id", "role_id"], unique=False, schema=SCHEMA)
    op.create_table(
        "company_buyer",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="invited", nullable=False),
        *_own(),
        sa.CheckConstraint("role IN ('manager', 'buyer', 'viewer')", name="ck_company_buyer_role_known"),
        sa.CheckConstraint("status IN ('invited', 'active')", name="ck_company_buyer_status_known"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["tenants.account.tenant_id", "tenants.account.id"],
            name="fk_company_buyer_tenant_id_account_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "company_id"],
            ["tenants.party.tenant_id", "tenants.party.id"],
            name="fk_company_buyer_tenant_id_company_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_company_buyer"),
        sa.UniqueConstraint("tenant_id", "company_id", "account_id", name="uq_company_buyer_tenant_id_company_id_account_id"),
        schema=SCHEMA,
    )
    op.create_index("ix_company_buyer_tenant_id_account_id", "company_buyer", ["tenant_id", "account_id"], unique=False, schema=SCHEMA)


def _clients() -> None:
    op.create_table(
        "oauth_client",
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        *_own(),
        sa.CheckConstraint("status IN ('active', 'revoked')", name="ck_oauth_client_status_known"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant.id"], name="fk_oauth_client_tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_oauth_client"),
        sa.UniqueConstraint("tenant_id", "client_id", name="uq_oauth_client_tenant_id_client_id"),
        sa.UniqueConstraint("tenant_id", "name", name="uq_oauth_client_tenant_id_name"),
        schema=SCHEMA,
    )
    op.create_table(
        "oauth_token",
        sa.Column("oauth_client_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        *_own(),
        sa.ForeignKeyConstraint(
            ["tenant_id", "oauth_client_id"],
            ["tenants.oauth_client.tenant_id", "tenants.oauth_client.id"],
            name="fk_oauth_token_tenant_id_oauth_client_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_oauth_token"),
        sa.UniqueConstraint("tenant_id", "token_hash", name="uq_oauth_token_tenant_id_token_hash"),
        schema=SCHEMA,
    )
    op.create_index("ix_oauth_token_tenant_id_expires_at", "oauth_token", ["tenant_id", "expires_at"], unique=False, schema=SCHEMA)
    op.create_index(
        "ix_oauth_token_tenant_id_oauth_client_id", "oauth_token", ["tenant_id", "oauth_client_id"], unique=False, schema=SCHEMA
    )


def _own() -> list[sa.Column]:
    return [sa.Column("tenant_id", sa.Uuid(), nullable=False), sa.Column("id", sa.Uuid(), nullable=False), *_dates()]


def _dates() -> list[sa.Column]:
    return [
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    ]


def _walls() -> None:
    for table in OWNED:
        _run(protect(f"{SCHEMA}.{table}"))
    # a request's host is looked up before its tenant is known, so what has been proved is public; claims are not
    _run(protect(f"{SCHEMA}.host", readers="state = 'active'"))
    _run(
        [
            # tenants are opened, renamed and closed by the platform's owner, never by a page
            f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {SCHEMA}.tenant FROM {APP_ROLE}",
            # a claimed name cannot be exchanged for another one after it has been proved, and never starts out as proved
            f"REVOKE UPDATE ON {SCHEMA}.host FROM {APP_ROLE}",
            f"GRANT UPDATE (state, is_primary, proof, proved_at, checked_at, updated_at) ON {SCHEMA}.host TO {APP_ROLE}",
            f"CREATE POLICY tenants_host_claim ON {SCHEMA}.host AS RESTRICTIVE FOR INSERT TO {APP_ROLE} WITH CHECK (state = 'pending')",
        ]
    )


def _run(statements: list[str]) -> None:
    for statement in statements:
        op.execute(statement)

"""The spine: organisations, access, policy, decisions, approvals, effects, outcomes, events, audit, tasks, lending.

Three roles: `intendant_owner` runs this file and owns everything; `intendant_app` serves, under row-level security, and owns
nothing; `intendant_system` seals, schedules, claims effects and checks invariants across organisations. Row-level security is
enabled and forced on every table; the set of organisations of a transaction is `intendant.organizations`, transaction-local.
"""

from importlib.resources import files

from alembic import op

revision = "0001"
down_revision = None

ORGANIZATION_TABLES: dict[str, str] = {
    "configurations": "select, insert",
    "controls": "select, insert, update",
    "memberships": "select",
    "components": "select, insert, update",
    "policies": "select, insert, update",
    "policy_proposals": "select, insert, update",
    "decisions": "select, insert",
    "approvals": "select, insert, update",
    "effects": "select, insert, update",
    "outcomes": "select, insert",
    "events": "select, insert",
    "audit": "select, insert",
    "checkpoints": "select",
    "requests": "select, insert, delete",
    "alerts": "select, insert, update",
    "allowances": "select, insert, update, delete",
    "tasks": "select, insert, update",
    "schedules": "select, insert, update, delete",
    "quarantine": "select, insert",
    "models": "select, insert, update",
    "lending_products": "select, insert",
    "lending_applications": "select, insert, update",
    "offers": "select, insert, update",
    "conditions": "select, insert, update",
    "loans": "select, insert, update",
    "loan_transactions": "select, insert",
    "tranches": "select, insert, update",
    "loan_month_ends": "select, insert, update, delete",
    "index_rates": "select, insert",
    "ledger_accounts": "select, insert, update, delete",
    "ledger_postings": "select, insert",
    "ledger_income": "select, insert",
    "ledger_periods": "select, insert",
    "collection_cases": "select, insert, update",
    "collection_steps": "select, insert, update",
    "promises": "select, insert, update",
    "letters": "select, insert, update",
    "adverse_action_notices": "select, insert, update, delete",
    "letter_settings": "select, insert, update",
    "notice_cursors": "select, insert, update",
    "letter_cursors": "select, insert, update",
    "letters_to_write": "select, insert, update, delete",
    "borrower_links": "select, insert, update",
    "replays": "select, insert, update",
    "saved_views": "select, insert, update, delete",
    "notification_preferences": "select, insert, update",
}
"""Every table of an organisation, with what the serving role may do. Insert-only tables have no update and no delete."""

PARTITIONED = ("decisions", "outcomes", "events", "audit")

SYSTEM_TABLES = ("users", "sessions", "api_keys", "sign_in_links", "access_revision", "executors", "installation")
"""Tables that belong to no organisation: reached by the system role alone, or through a narrow function."""

SCHEMA = (
    "organizations",
    "access",
    "policies",
    "record",
    "work",
    "lending_applications",
    "lending_offers",
    "lending_loans",
    "lending_ledger",
    "lending_collections",
    "lending_letters",
    "console",
)
"""Files of `migrations/spine`, in this order."""


def upgrade() -> None:
    """Create everything, then close it: row-level security, policies, grants."""
    for name in SCHEMA:
        op.execute(_text(name))
    # The durable engine's tables are its own business (kernel/tasks migrates them); their place belongs to the owner.
    op.execute("create schema if not exists dbos")
    for table in PARTITIONED:
        op.execute(f"create table {table}_rest partition of {table} default with (toast_tuple_target = 8160)")
        op.execute(f"alter table {table}_rest enable row level security")
        op.execute(f"alter table {table}_rest force row level security")
    op.execute(_text("partitions"))
    op.execute("select ensure_partitions(now() + interval '2 months')")
    op.execute("grant usage on schema public to intendant_app, intendant_system")
    op.execute("grant select on alembic_version to intendant_system")
    _close("organizations", "id", "select")
    for table, rights in ORGANIZATION_TABLES.items():
        _close(table, "organization_id", rights)
    op.execute("insert into installation (epoch, created_at) values (1, now())")
    for table in SYSTEM_TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"create policy system on {table} to intendant_system using (true) with check (true)")
        op.execute(f"grant select, insert, update, delete on {table} to intendant_system")
    # Every reader of the log compares epochs, and a restore begins a new one.
    op.execute("create policy reader on installation for select to intendant_app using (true)")
    op.execute("create policy owner on installation to intendant_owner using (true) with check (true)")
    op.execute("grant select on installation to intendant_app")
    op.execute("revoke all on function bump_access_revision from public")
    op.execute("alter default privileges revoke execute on functions from public")
    op.execute(
        "grant execute on function current_organizations, first_id_at, ledger_lock to intendant_app, intendant_system"
    )


def _text(name: str) -> str:
    return (files("intendant.migrations") / "spine" / f"{name}.sql").read_text("utf-8")


def _close(table: str, column: str, rights: str) -> None:
    """Show a row of `table` to its own organisation alone; the system role sees all by a policy of its own."""
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    tenant = f"{column} = any ((select current_organizations())::uuid[])"
    op.execute(f"create policy tenant on {table} to intendant_app using ({tenant}) with check ({tenant})")
    op.execute(f"create policy system on {table} to intendant_system using (true) with check (true)")
    op.execute(f"grant {rights} on {table} to intendant_app")
    update = "" if table in PARTITIONED else ", update"
    op.execute(f"grant select, insert, delete{update} on {table} to intendant_system")

"""What the kernel's own tables hold about people, table by table; domains say it of theirs in their manifests."""

from collections.abc import Mapping, Sequence

from intendant.kernel.registry import DataClass, Personal, PersonalTable, Registry

_MEMBERS = "It names members of the organisation, who answer for what they did; accounts are removed with the member."

_TABLES = (
    PersonalTable(
        "decisions",
        "What was decided about them: values, reasons, answers",
        "decision",
        "record",
        keys=("subject_id",),
        follows=("id",),
    ),
    PersonalTable("events", "What happened to them", "decision", "record", searched=("body",)),
    PersonalTable("audit", "The leaves that bind the record", "decision", "record", searched=("body",)),
    PersonalTable(
        "approvals",
        "Questions to people about them, with their answers",
        "decision",
        "blank",
        keys=("decision_id", "subject_id"),
        follows=("id",),
        searched=("summary", "amended", "answer_reason", "held", "reference"),
        blanks={
            "summary": "'Erased.'",
            "reference": "null",
            "amended": "null",
            "answer_reason": "case when answer_reason is not null then 'Erased.' end",
        },
    ),
    PersonalTable(
        "effects",
        "What was sent out for them: parameters and the provider's answer",
        "financial",
        "blank",
        keys=("decision_id", "subject_id"),
        follows=("id",),
        searched=("parameters", "result", "error"),
        blanks={"parameters": "'{}'", "result": "null", "error": "null"},
    ),
    PersonalTable(
        "outcomes",
        "How it ended for them, as a figure without a name",
        "decision",
        "keep",
        keys=("subject_id",),
        searched=("source",),
        why="A figure that models are checked by; once its root is blank it belongs to nobody.",
    ),
    PersonalTable(
        "alerts", "Alerts that name them", "technical", "redact", keys=("subject_id",), searched=("title", "detail", "note", "cause")
    ),
    PersonalTable(
        "requests",
        "Answers kept so that a repeated request is answered alike",
        "technical",
        "delete",
        searched=("response", "key", "scope"),
        id="scope, key",
    ),
    PersonalTable(
        "quarantine", "Rows that could not be read, as they came", "technical", "delete", searched=("raw", "reason", "place")
    ),
    PersonalTable(
        "tasks",
        "Durable work done for them",
        "technical",
        "redact",
        searched=("subject", "parameters", "note", "error", "result", "dedup_key"),
    ),
    PersonalTable("list_entries", "Entries of lists that rules look at", "identity", "delete", searched=("value", "shown", "reason")),
    PersonalTable("mutes", "Rules muted for them", "identity", "delete", searched=("value", "shown", "reason")),
    PersonalTable("deliveries", "Messages to members that name them", "correspondence", "redact", searched=("subject", "why", "answer")),
    PersonalTable("webhook_messages", "Messages that came in, as they came", "correspondence", "delete",
                  keys=("decision_id",), searched=("encode(body, 'escape')", "reason", "errors::text")),
    PersonalTable("webhook_attempts", "What a receiver answered", "technical", "redact", searched=("problem", "answer"),
                  id="delivery_id, number"),
    PersonalTable("consents", "What they consented to", "identity", "redact", searched=("person", "source")),
    PersonalTable(
        "person_requests", "Their requests about their own data", "identity", "redact", searched=("person", "ground", "reason")
    ),
    PersonalTable("person_export_parts", "Copies made for them, until they expire", "identity", "delete", keys=("request_id",),
                  id="request_id, number"),
    PersonalTable("saved_views", "Searches that members keep", "technical", "redact", searched=("name", "search")),
    PersonalTable("legal_holds", "Why something must be kept", "technical", "redact", keys=("root",), searched=("reason", "release_reason")),
    PersonalTable("traces", "Which trace a case belonged to", "technical", "delete", keys=("subject_id",), id="subject_id"),
    PersonalTable("aggregate_facts", "Figures counted over time, under a digest", "technical", "delete", keys=("decision_id", "subject_id"),
                  id="series, decision_id"),
)  # fmt: skip

_ACCOUNTS = dict.fromkeys(
    (
        "users",
        "memberships",
        "sessions",
        "sign_in_links",
        "api_keys",
        "notification_preferences",
        "organizations",
    ),
    "Accounts of members, of this installation and of no customer: `intendant user` and the page of people remove them.",
)
_FREE: Mapping[str, str] = {
    **_ACCOUNTS,
    **dict.fromkeys(
        (
            "components",
            "configurations",
            "controls",
            "policies",
            "policy_proposals",
            "lists",
            "channels",
            "notification_rules",
            "secrets",
            "secret_versions",
            "secret_changes",
            "secret_accesses",
            "webhook_endpoints",
            "webhook_sources",
            "webhook_replays",
            "retention_rules",
            "schedules",
            "usage",
            "machine_invitations",
            "machines",
        ),
        _MEMBERS,
    ),
    **dict.fromkeys(
        (
            "access_revision",
            "aggregate_series",
            "alert_threads",
            "allowances",
            "checkpoints",
            "executors",
            "fault_counts",
            "installation",
            "mute_fields",
            "notification_cursors",
            "notifications",
            "retention_runs",
            "vault_data_keys",
            "webhook_deliveries",
            "alembic_version",
        ),
        "It holds states, counts and ids of the software's own.",
    ),
    **dict.fromkeys(
        ("file_parts", "files"),
        "Contents of datasets and artifacts by their digest: what is in them is the business of who keeps the file.",
    ),
}

KERNEL = Personal(tables=_TABLES, free=_FREE)


def tables_of(registry: Registry) -> Sequence[PersonalTable]:
    """List every table with personal data, roots of domains first."""
    domains = [table for domain in registry.domains.values() for table in domain.personal.tables]
    return (*domains, *KERNEL.tables)


def classes_of(registry: Registry) -> dict[str, DataClass]:
    """Return what a person's data hangs on, by name."""
    return {each.name: each for domain in registry.domains.values() for each in domain.personal.classes}


def free_of(registry: Registry) -> dict[str, str]:
    """Return the tables that hold nothing about people, each with the reason."""
    found = dict(KERNEL.free or {})
    for domain in registry.domains.values():
        found.update(domain.personal.free or {})
    return found

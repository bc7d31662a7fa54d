"""The catalogue: which of the Trust Services Criteria (SOC 2) this software can show something for, and how it meets them.

It speaks of controls of the software. Policies on paper, people and premises are the business of who runs it, and no page can
certify anything: that is for an auditor.
"""

from dataclasses import dataclass

SOURCE = "AICPA Trust Services Criteria 2017 (revised points of focus 2022)"
DISCLAIMER = (
    "This is evidence for an auditor, computed from the record. It is no certificate and no statement of compliance;"
    " controls outside the software are not seen from here."
)


@dataclass(frozen=True, slots=True)
class Control:
    """One control. `looks` names the evidence that shows it; a control without any is shown by a person's word."""

    id: str
    criterion: str
    title: str
    how: str
    looks: tuple[str, ...]
    by_hand: bool = False
    """Whether somebody must confirm it from time to time besides, as a review or a drill."""


CONTROLS: tuple[Control, ...] = (
    Control("integrity-of-people", "CC1.3", "Who answers for what is named",
            "Every member has one role; every change of a role is an act on the audit record.", ("members", "role_changes")),
    Control("record-for-decisions", "CC2.1", "Decisions rest on recorded information",
            "Each decision keeps what it knew, which policy and model versions took part, and its reasons.", ("decisions",)),
    Control("alerts-told", "CC2.2", "People are told of what needs them",
            "Alerts have a severity, an owner and channels with escalation; deliveries are recorded.", ("channels", "alerts")),
    Control("risk-review", "CC3.2", "Risks are looked at", "Somebody records that the risks were reviewed.", (), True),
    Control("monitoring", "CC4.1", "The installation watches itself",
            "Checks of machine, database, queues and keys run on demand and raise alerts.", ("checks",)),
    Control("policy-limits", "CC5.2", "Automatic action has limits",
            "Nothing acts without the gate; levels, thresholds and budgets are set in versioned policies.",
            ("policies", "components")),
    Control("access-roles", "CC6.1", "Access is by role and by organisation",
            "Every route names a permission; row-level security in the database keeps organisations apart.",
            ("members", "row_security")),
    Control("access-review", "CC6.2", "Access is reviewed", "Members, roles and keys are reviewed at least every 90 days.",
            ("members", "keys"), True),
    Control("access-removal", "CC6.3", "Access ends with its reason",
            "Members who left are removed; keys expire or are revoked.", ("idle_members", "old_keys")),
    Control("encryption-in-transit", "CC6.7", "Data is encrypted on its way", "HTTPS with a certificate of your own.", ("tls",)),
    Control("secrets", "CC6.1", "Secrets are encrypted and their use is recorded",
            "The vault seals every secret; the key that seals stands outside the database; each use is on record.",
            ("vault", "secrets")),
    Control("vulnerabilities", "CC7.1", "Dependencies are audited",
            "The audit of dependencies is run with each release; record here when it was.", (), True),
    Control("anomalies", "CC7.2", "Unusual events are noticed",
            "Guessed passwords, failing parts and odd figures raise alerts of kind security or anomaly.", ("security_alerts",)),
    Control("incidents", "CC7.3", "Incidents are followed to their end",
            "Each alert records who saw it, who resolved it and how.", ("open_security_alerts",)),
    Control("recovery", "CC7.5", "What was lost can be restored", "A restore is tried at least once a year.", (), True),
    Control("change-management", "CC8.1", "Changes are authorised",
            "A policy changes only by a new version with author and reason, approved by a second person where policy says so.",
            ("policies", "approved_policies")),
    Control("vendors", "CC9.2", "Suppliers are looked at", "Somebody records that the suppliers were reviewed.", (), True),
    Control("capacity", "A1.1", "Capacity is watched", "Disk, connections, queues and delays are checked.", ("checks",)),
    Control("backups", "A1.2", "Backups are made", "`intendant db backup` writes a verified dump.", ("backups",)),
    Control("restore-drill", "A1.3", "Recovery is tested", "A restore drill is done at least once a year.", (), True),
    Control("confidential-kept", "C1.1", "Confidential data is kept as long as it must be",
            "Each class of data has a rule with the legal minimum and its reason; holds stop deletion.", ("retention",)),
    Control("confidential-gone", "C1.2", "Confidential data is disposed of",
            "Rules of retention and requests erase data across all tables, with proof.", ("retention_runs", "erasures")),
    Control("processing-complete", "PI1.2", "Processing is complete and accurate",
            "Effects are carried out once; those whose fate is unknown wait for a person; invariants are checked hourly.",
            ("effects",)),
    Control("processing-record", "PI1.5", "The record is whole",
            "Every act is a leaf of a Merkle log, sealed into signed checkpoints outside the database.",
            ("audit_sealed", "audit_verified")),
    Control("consent", "P2.1", "Consent is on record", "Consent and its withdrawal are kept by purpose and text.", ("consents",)),
    Control("requests-of-people", "P5.1", "People get what is held about them",
            "Requests for copies are answered within a month.", ("copies", "overdue_requests")),
    Control("erasure-of-people", "P4.3", "People are erased when nothing keeps them",
            "Requests for erasure are answered within a month; what must stay is said with the reason.",
            ("erasures", "overdue_requests")),
)  # fmt: skip

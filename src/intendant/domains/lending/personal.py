"""What lending holds about people, for privacy: applications and loans are what a person is found by."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from intendant.domains.lending.model import FieldRole, FieldType
from intendant.kernel.registry import DataClass, Personal, PersonalTable
from intendant.kit.database import Transaction

ERASED_NAME = "Erased person"
_OWN_ROLES = {FieldRole.INFORMATION.value, FieldRole.DESTINATION.value}
_OWN_TYPES = {FieldType.TEXT.value, FieldType.DATE.value}
_NUMBER = re.compile(r"\d(?:\D{0,2}\d){6,}")
_CASE_NUMBER = "'erased-' || substr(encode(sha256(id::text::bytea), 'hex'), 1, 12)"


def words_of_applications(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Sequence[str]]:
    """Return what applicants wrote in their own words: answers that are shown or paid to, never those that are scored."""
    products = sorted({(row["product"], row["product_version"]) for row in rows})
    fields = {
        (each["key"], each["version"]): each["names"]
        for each in tx.all(
            "select p.key, p.version, array(select f ->> 'name' from jsonb_array_elements(p.body -> 'form') f"
            " where f ->> 'role' = any(%s) and f ->> 'type' = any(%s)) as names"
            " from lending_products p join unnest(%s::text[], %s::int[]) w(key, version)"
            " on w.key = p.key and w.version = p.version where p.organization_id = %s",
            [
                sorted(_OWN_ROLES),
                sorted(_OWN_TYPES),
                [key for key, _ in products],
                [version for _, version in products],
                tx.organization_id,
            ],
        )
    }
    found: dict[str, Sequence[str]] = {}
    for row in rows:
        inputs = orjson.loads(row["inputs"])
        names = fields.get((row["product"], row["product_version"]), ())
        own = [inputs[name] for name in names if isinstance(inputs.get(name), str) and _is_telling(name, inputs[name])]
        found[str(row["id"])] = own
    return found


def _is_telling(name: str, word: str) -> bool:
    """Tell whether a word points at one person: an address, a number, or a name of more than one word."""
    return "@" in word or bool(_NUMBER.search(word)) or (" " in word.strip() and "employer" not in name.casefold())


def words_of_loans(_: Transaction, rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Sequence[str]]:
    """Return the borrowers' names."""
    return {
        str(row["id"]): [row["borrower"]] if row["borrower"] != ERASED_NAME and " " in row["borrower"] else []
        for row in rows
    }


_APPLICATION = DataClass(
    name="lending.application",
    title="Loan application",
    table="lending_applications",
    label="reference",
    search=("reference", "inputs", "coalesce(protected, '')"),
    ended="case when state in ('rejected', 'withdrawn', 'expired', 'disbursed') then updated_at end",
    open="The application is not decided, or its loan is not paid out yet.",
    legal_days=761,
    legal_reason="Applications are kept for 25 months after the applicant was told (12 CFR 1002.12(b)).",
    words=words_of_applications,
)
_LOAN = DataClass(
    name="lending.loan",
    title="Loan",
    table="loans",
    label="reference",
    search=("reference", "borrower"),
    ended="case when state in ('closed', 'written_off', 'cancelled') then coalesce(closed_on::timestamptz, updated_at) end",
    open="The loan is open: what is owed cannot be collected from nobody.",
    legal_days=3_653,
    legal_reason="Books are kept for ten years (for example section 257 HGB; set what holds where you are).",
    words=words_of_loans,
)

PERSONAL = Personal(
    classes=(_APPLICATION, _LOAN),
    tables=(
        PersonalTable(
            "lending_applications",
            "The application form: what they answered",
            "identity",
            "blank",
            keys=("id",),
            follows=("id",),
            blanks={"inputs": "'{}'", "protected": "null", "reference": _CASE_NUMBER},
        ),
        PersonalTable(
            "loans",
            "The loan: borrower, terms, book",
            "financial",
            "blank",
            keys=("id", "application_id"),
            follows=("id", "application_id"),
            blanks={"borrower": f"'{ERASED_NAME}'", "reference": _CASE_NUMBER},
        ),
        PersonalTable(
            "loan_transactions",
            "What was paid and charged",
            "financial",
            "blank",
            keys=("loan_id",),
            searched=("reference", "reason", "parameters"),
            blanks={"reference": "null", "reason": "case when reason is not null then 'Erased.' end"},
        ),
        PersonalTable(
            "ledger_postings",
            "Postings of their loan: accounts and amounts",
            "financial",
            "keep",
            keys=("loan_id",),
            why="The books must balance; a posting names accounts and amounts, and a loan that has no name any more.",
        ),
        PersonalTable(
            "loan_month_ends",
            "Balances at the end of months",
            "financial",
            "keep",
            keys=("loan_id",),
            id="loan_id, month",
            why="Figures of a loan that has no name any more.",
        ),
        PersonalTable(
            "offers",
            "Offers made to them",
            "financial",
            "blank",
            keys=("application_id",),
            follows=("id",),
            searched=("requested", "reason"),
            blanks={"reason": "case when reason is not null then 'Erased.' end"},
        ),
        PersonalTable(
            "conditions",
            "Conditions of their offer",
            "decision",
            "blank",
            keys=("application_id",),
            follows=("id",),
            searched=("label", "note"),
            blanks={"note": "null"},
        ),
        PersonalTable(
            "tranches",
            "Payouts of their loan",
            "financial",
            "blank",
            keys=("loan_id",),
            follows=("id",),
            searched=("reason",),
            blanks={"reason": "case when reason is not null then 'Erased.' end"},
            id="loan_id, number",
        ),
        PersonalTable(
            "collection_cases",
            "Arrears: who looks after them, hardship, time zone",
            "financial",
            "blank",
            keys=("loan_id",),
            searched=("why",),
            blanks={"why": "case when why is not null then 'Erased.' end", "hardship": "null", "time_zone": "null"},
            id="loan_id",
        ),
        PersonalTable(
            "collection_steps",
            "Calls, letters and what they answered",
            "correspondence",
            "blank",
            keys=("loan_id",),
            follows=("id",),
            searched=("note",),
            blanks={"note": "null"},
        ),
        PersonalTable(
            "promises",
            "What they promised to pay",
            "financial",
            "blank",
            keys=("loan_id",),
            follows=("id",),
            searched=("note",),
            blanks={"note": "null"},
        ),
        PersonalTable(
            "letters",
            "Letters to them, every word",
            "correspondence",
            "delete",
            keys=("application_id", "loan_id"),
            follows=("id",),
            searched=("recipient", "facts", "document"),
        ),
        PersonalTable(
            "letters_to_write",
            "Letters not written yet",
            "correspondence",
            "delete",
            keys=("subject_id",),
            searched=("problem",),
            id="occasion",
        ),
        PersonalTable(
            "adverse_action_notices",
            "What they are owed after a rejection",
            "decision",
            "blank",
            keys=("application_id",),
            searched=("problem",),
            blanks={"problem": "null", "letter_id": "null"},
            id="application_id",
        ),
        PersonalTable(
            "borrower_links", "Links to their own page", "contact", "delete", keys=("application_id", "loan_id"), follows=("id",)
        ),
    ),
    free={
        **dict.fromkeys(
            ("lending_products", "index_rates", "ledger_accounts", "ledger_periods", "ledger_income", "letter_settings"),
            "It is set by members and describes the business; members answer for what they set.",
        ),
        **dict.fromkeys(("notice_cursors", "letter_cursors"), "How far a log was read."),
        "models": "Trained figures; a report names features and never an applicant.",
        "replays": "Reports and places of a replay of past tables, in a sandbox that is removed as a whole.",
    },
)  # fmt: skip
"""Amounts, dates, states and verdicts stay when a case is erased: without the person they are figures of the business."""

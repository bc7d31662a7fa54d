"""Lending's tables to learn from: applications, loans and transactions, without names, contacts or protected attributes."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from intendant.domains.lending.catalogue import product_from_row
from intendant.domains.lending.contract import REPAID
from intendant.domains.lending.model import FieldType
from intendant.domains.lending.protected_names import is_protected_name
from intendant.kernel.registry import Source
from intendant.kit.database import Transaction

PRODUCTS_MAX = 200
_KINDS = {
    FieldType.NUMBER: "number",
    FieldType.INTEGER: "number",
    FieldType.BOOLEAN: "boolean",
    FieldType.CATEGORY: "text",
}
_APPLICATION = {
    "application_id": "text",
    "product": "text",
    "state": "text",
    "amount": "number",
    "term_months": "number",
    "currency": "text",
    "submitted_at": "time",
    "action": "text",
    "verdict": "text",
    "confidence": "number",
    "decided_by_person": "boolean",
    "decided_at": "time",
    "repaid": "number",
    "outcome_at": "time",
}


def _scored(tx: Transaction) -> dict[str, tuple[str, str]]:
    """Return the fields that models may look at, over the latest versions of all products: column -> field's name and kind.

    A field that is called as a column of ours becomes `input_<name>`; one of several kinds is text.
    """
    rows = tx.all(
        "select distinct on (key) * from lending_products where organization_id = %s order by key, version desc limit %s",
        [tx.organization_id, PRODUCTS_MAX],
    )
    found: dict[str, tuple[str, str]] = {}
    for row in rows:
        for field in product_from_row(row).scored_fields:
            kind = _KINDS.get(field.type)
            if kind is None or is_protected_name(field.name):
                continue
            column = f"input_{field.name}" if field.name in _APPLICATION else field.name
            known = found.get(column)
            found[column] = (field.name, kind if known is None or known[1] == kind else "text")
    return found


def _scored_columns(tx: Transaction) -> dict[str, str]:
    return {column: kind for column, (_, kind) in _scored(tx).items()}


def _read_applications(tx: Transaction, limit: int) -> Iterator[Mapping[str, object]]:
    scored = _scored(tx)
    rows = tx.stream(
        "select a.id::text as application_id, a.product, a.state, a.amount::double precision as amount, a.term_months,"
        " a.currency, a.inputs, a.submitted_at, d.action, d.verdict, d.confidence, d.decided_at,"
        " d.decided_by like 'user:%%' as decided_by_person, o.value as repaid, o.observed_at as outcome_at"
        " from (select * from lending_applications where organization_id = %(organization)s and state <> 'draft'"
        # An erased application has no answers left; as a row of blanks it would be taken for somebody.
        "   and inputs <> '{}' order by id desc limit %(limit)s) a"
        " left join decisions d on d.organization_id = a.organization_id and d.id = a.decision_id"
        # The latest word counts, and only where it is final: one that was censored again takes the one before back.
        " left join lateral (select value, observed_at, matured_at, censored from outcomes"
        "   where organization_id = %(organization)s and subject_id = a.id and measure = %(measure)s"
        "   order by id desc limit 1) o on o.matured_at is not null and not o.censored"
        " order by a.id desc",
        {"organization": tx.organization_id, "limit": limit, "measure": REPAID},
    )
    for row in rows:
        inputs = orjson.loads(row.pop("inputs"))
        row.update({column: _value(inputs.get(name), kind) for column, (name, kind) in scored.items()})
        yield row


def _value(value: Any, kind: str) -> object:
    """Return a value of the form as its column has it; one from an older version of the form, of another kind, is missing."""
    match kind:
        case "number":
            try:
                return None if value is None else float(value)
            except (TypeError, ValueError):
                return None
        case "boolean":
            return value if isinstance(value, bool) else None
        case _:
            return None if value is None else str(value)


def _read_loans(tx: Transaction, limit: int) -> Iterator[Mapping[str, object]]:
    return tx.stream(
        "select l.id::text as loan_id, l.application_id::text as application_id, l.product, l.currency, l.state,"
        " (l.terms->>'amount')::double precision as amount, (l.terms->>'rate')::double precision as rate,"
        " (l.terms->>'periods')::double precision as periods, l.floating is not null as is_floating,"
        " l.principal::double precision as principal, l.outstanding::double precision as outstanding,"
        " l.owed::double precision as owed, l.arrears::double precision as arrears, l.days_past_due, l.bucket, l.stage,"
        " l.provision::double precision as provision, l.disbursed_on::timestamptz as disbursed_at,"
        " l.matures_on::timestamptz as matures_at, l.closed_on::timestamptz as closed_at, l.outcome as repaid"
        " from loans l where l.organization_id = %s order by l.id desc limit %s",
        [tx.organization_id, limit],
    )


def _read_transactions(tx: Transaction, limit: int) -> Iterator[Mapping[str, object]]:
    return tx.stream(
        "select t.loan_id::text as loan_id, l.product, t.sequence, t.type, t.value_on::timestamptz as at,"
        " t.amount::double precision as amount, t.currency, t.reverses is not null as is_reversal"
        " from (select * from loan_transactions where organization_id = %(organization)s order by id desc limit %(limit)s) t"
        " join loans l on l.organization_id = %(organization)s and l.id = t.loan_id order by t.id desc",
        {"organization": tx.organization_id, "limit": limit},
    )


SOURCES = (
    Source(
        name="lending_applications",
        why="A row is one application: its scored inputs, what was decided, and whether the loan was repaid (1) or not (0),"
        " empty while that is not known. Protected attributes are left out.",
        columns=_APPLICATION,
        read=_read_applications,
        more=_scored_columns,
    ),
    Source(
        name="lending_loans",
        why="A row is one loan: its terms, state, what is outstanding and late as of its last day booked, and how it ended.",
        columns={
            "loan_id": "text",
            "application_id": "text",
            "product": "text",
            "currency": "text",
            "state": "text",
            "amount": "number",
            "rate": "number",
            "periods": "number",
            "is_floating": "boolean",
            "principal": "number",
            "outstanding": "number",
            "owed": "number",
            "arrears": "number",
            "days_past_due": "number",
            "bucket": "number",
            "stage": "number",
            "provision": "number",
            "disbursed_at": "time",
            "matures_at": "time",
            "closed_at": "time",
            "repaid": "number",
        },
        read=_read_loans,
    ),
    Source(
        name="lending_transactions",
        why="A row is one booking on a loan: a disbursement, a repayment, a charge, a reversal and so on, with its day and amount.",
        columns={
            "loan_id": "text",
            "product": "text",
            "sequence": "number",
            "type": "text",
            "at": "time",
            "amount": "number",
            "currency": "text",
            "is_reversal": "boolean",
        },
        read=_read_transactions,
    ),
)

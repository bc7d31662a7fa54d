"""One application with all that happened to it: form, decision in short, question, effects, outcomes, the states it went through."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from intendant.domains.lending import repository, rules, worklist
from intendant.domains.lending.catalogue import Catalogue
from intendant.domains.lending.model import Application, ApplicationState, FieldRole
from intendant.kit.database import Row, Transaction

DECISIONS_MAX = 50
EFFECTS_MAX = 50
OUTCOMES_MAX = 50

_RECORDS = (
    "select record from (select id, record from decisions where organization_id = %s and subject_id = %s"
    " order by id desc limit %s) newest order by id"
)
_EFFECTS = (
    "select e.* from effects e where e.organization_id = %s and e.decision_id = any(array("
    " select id from decisions where organization_id = %s and subject_id = %s order by id desc limit %s))"
    " order by e.id limit %s"
)
_MOVED_TEXTS = {
    ApplicationState.DISBURSED: "The loan was paid out.",
    ApplicationState.WITHDRAWN: "The applicant took the application back.",
    ApplicationState.UNDER_REVIEW: "The payout was taken back before it left.",
}
_CONCEALED = "A person judges the case before the proposal is shown."


@dataclass(frozen=True, slots=True)
class Dossier:
    """An application, its row, and the rows of what refers to it; `records` are its decisions, oldest first."""

    application: Application
    row: Row
    records: Sequence[Mapping[str, Any]]
    approval: Row | None
    effects: Sequence[Row]
    outcomes: Sequence[Row]

    @property
    def is_concealed(self) -> bool:
        """Tell whether a blind case waits, so that nothing of the proposal may be shown."""
        return self.approval is not None and bool(self.approval["blind"]) and self.approval["state"] == "open"

    @property
    def last(self) -> Mapping[str, Any] | None:
        """Return the record of the decision that holds."""
        wanted = str(self.application.decision_id)
        return next((each for each in reversed(self.records) if str(each["id"]) == wanted), None)


def get_dossier(tx: Transaction, catalogue: Catalogue, application_id: UUID) -> Dossier:
    """Get an application with what refers to it, in two round trips; raises ApplicationUnknown."""
    application = repository.get_application(tx, catalogue, application_id)
    key = [tx.organization_id, application_id]
    row, records, approvals, effects, outcomes = tx.all_of(
        (
            "select amount, term_months, currency, updated_at from lending_applications where organization_id = %s and id = %s",
            key,
        ),
        (
            _RECORDS,
            [*key, DECISIONS_MAX],
        ),
        ("select * from approvals where organization_id = %s and subject_id = %s order by id desc limit 1", key),
        (
            _EFFECTS,
            [tx.organization_id, *key, DECISIONS_MAX, EFFECTS_MAX],
        ),
        (
            "select * from outcomes where organization_id = %s and subject_id = %s order by id limit %s",
            [*key, OUTCOMES_MAX],
        ),
    )
    return Dossier(
        application,
        row[0],
        [orjson.loads(each["record"]) for each in records],
        approvals[0] if approvals else None,
        effects,
        outcomes,
    )


def summary(dossier: Dossier) -> str:
    """Say in one line what is applied for."""
    return worklist.describe(dossier.row, dossier.application.inputs, dossier.application.product)


def show_application(application: Application) -> dict[str, Any]:
    """Return an application by itself, as it is shown."""
    return {
        "id": application.id,
        "reference": application.reference,
        "product": application.product.key,
        "product_version": application.product.version,
        "state": application.state.value,
        "version": application.version,
        "amount": str(application.amount),
        "term_months": application.term_months,
        "currency": application.currency,
        "inputs": dict(application.inputs),
        "decision_id": application.decision_id,
        "submitted_at": application.submitted_at,
    }


def section(role: FieldRole) -> str:
    """Return under which heading a field is shown."""
    match role:
        case FieldRole.AMOUNT | FieldRole.TERM | FieldRole.PURPOSE:
            return "loan"
        case FieldRole.DESTINATION:
            return "payout"
        case FieldRole.INFORMATION:
            return "information"
        case _:
            return "applicant"


def answered_fields(application: Application) -> list[dict[str, Any]]:
    """Return the form's questions with their answers, in order; the protected ones are left out."""
    return [
        {
            "name": each.name,
            "label": each.label,
            "type": each.type,
            "role": each.role,
            "section": section(each.role),
            "value": application.inputs.get(each.name),
        }
        for each in application.product.form
        if each.role is not FieldRole.PROTECTED
    ]


def model_features(catalogue: Catalogue, dossier: Dossier) -> list[dict[str, Any]]:
    """Return what the model looked at when it last decided; empty without a decision, or while it is concealed."""
    record = dossier.last
    if record is None or dossier.is_concealed:
        return []
    product = dossier.application.product
    labels = {each.name: each.label for each in product.form}
    values = catalogue.view(product).features_from(record["values"])
    return [{"name": name, "label": labels[name], "value": value} for name, value in values.items()]


def decision_in_short(dossier: Dossier) -> dict[str, Any] | None:
    """Return the last decision in short, or None; nothing of the proposal while a blind case waits."""
    record = dossier.last
    if record is None:
        return None
    known = {name: record[name] for name in ("id", "verdict", "would", "model_version", "policy_version", "decided_at")}
    if dossier.is_concealed:
        hidden = (
            "action",
            "confidence",
            "probability_of_repayment",
            "expected_gain",
            "summary",
            "abstain",
            "decided_by",
        )
        return known | dict.fromkeys(hidden) | {"concealed": True, "reasons": []}
    named = {name: record[name] for name in ("action", "confidence", "summary", "abstain", "decided_by")}
    return (
        known
        | named
        | {
            "concealed": False,
            "probability_of_repayment": record["values"].get("score"),
            "expected_gain": (record.get("impact") or {}).get("money"),
            "reasons": [{"rule": None, **each} for each in record["reasons"]],
        }
    )


def history(dossier: Dossier) -> list[dict[str, Any]]:
    """Return the states the application came into, oldest first: by its decisions, and last by a move that no decision made."""
    application = dossier.application
    state = ApplicationState.SUBMITTED
    entries = [_entry(state, application.submitted_at, None, "The application arrived.", None)]
    for record in dossier.records:
        hidden = dossier.is_concealed and record["id"] == str(application.decision_id)
        state = rules.state_of_record(record, state)
        by = None if hidden else record["decided_by"]
        entries.append(
            _entry(state, record["decided_at"], by, _CONCEALED if hidden else record["summary"], record["id"])
        )
    if application.state is not state:
        text = _MOVED_TEXTS.get(application.state, "The application moved on.")
        entries.append(_entry(application.state, dossier.row["updated_at"], None, text, None))
    return entries


def _entry(state: ApplicationState, at: object, by: str | None, text: str, decision_id: object) -> dict[str, Any]:
    return {"state": state, "at": at, "by": by, "text": text, "decision_id": decision_id}

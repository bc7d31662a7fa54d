"""Why an offer or a payout was decided as it was: all of it stands in the record. Pure."""

from collections.abc import Mapping
from typing import Any

from intendant.kernel.gate import VerdictKind


def explain_offer(record: Mapping[str, Any]) -> Mapping[str, object]:
    """Explain a recorded decision on an offer: how it was priced, what rules said and who answered."""
    values = record["values"]
    notices = ["The price follows from the product; no model takes part in it."]
    if values.get("risk_band") is not None and values.get("probability_of_default") is not None:
        notices.append(
            f"A probability of default of {values['probability_of_default']:.1%} falls in band {values['risk_band']},"
            f" at {values['list_rate']:g} % a year."
        )
    return _explained(record, notices)


def explain_disbursement(record: Mapping[str, Any]) -> Mapping[str, object]:
    """Explain a recorded decision on a payout: what rules said and who answered."""
    values = record["values"]
    notices = [
        f"Tranche {values['tranche']} of {values['tranches']}; {values['open_conditions']} conditions were open."
    ]
    return _explained(record, notices)


def _explained(record: Mapping[str, Any], notices: list[str]) -> Mapping[str, object]:
    return {
        "decision_id": record["id"],
        "action": record["action"],
        "verdict": record["verdict"],
        "decided_by": record["decided_by"],
        "abstain": record.get("abstain"),
        "reasons": [*_person(record), *_rules(record)],
        "factors": [],
        "counterfactuals": [],
        "model_version": record.get("model_version"),
        "policy_version": record.get("policy_version"),
        "notices": notices,
    }


def _person(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    answer = record.get("answer")
    if not answer:
        return []
    return [{"source": "person", "text": answer["reason"], "answer": answer["answer"], "by": answer["by"]}]


def _rules(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    reasons = [
        {
            "source": "rule" if each.get("rule") else "gate",
            "text": each["text"],
            "kind": each["kind"],
            "code": each["code"],
            "rule": each.get("rule"),
        }
        for each in record.get("reasons") or ()
    ]
    return sorted(reasons, key=lambda entry: entry["kind"] != VerdictKind.REFUSE.value)

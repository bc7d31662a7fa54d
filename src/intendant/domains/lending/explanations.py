"""Why a decision went as it did, and what would have changed it: recomputed from the record's frozen values when owed.

Rules come first, since they decide whatever the model says; then the model's reasons, each checked by putting a typical value in
its place and scoring again. A counterfactual is given only where model, conformal set and the whole policy of that time would
have let the changed application through.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from intendant.domains.lending import queries, repository, rules
from intendant.domains.lending.adverse_action import (
    REASONS_MAX,
    SOURCE,
    AdverseReason,
    reason_for_code,
    reason_for_field,
)
from intendant.domains.lending.catalogue import Catalogue
from intendant.domains.lending.champions import Champions, Scorer
from intendant.domains.lending.contract import APPLICATION_KIND, APPROVE, REJECT
from intendant.domains.lending.counterfactuals import Trial, find_counterfactuals
from intendant.domains.lending.model import FieldRole, FormField, Product
from intendant.kernel import policies
from intendant.kernel.audit import ERASED
from intendant.kernel.gate import Policy, VerdictKind, compile_policy, parse_policy
from intendant.kit.database import Row, Transaction

FACTORS_MAX = 10
CONSUMER_REPORT = (
    "A consumer report was used: name the agency, the score and its key factors to the applicant (FCRA section 615(a))."
)
_REFUSED = VerdictKind.REFUSE.value


@dataclass(frozen=True, slots=True)
class _Case:
    """A recorded decision with all that explaining it needs."""

    record: Mapping[str, Any]
    values: dict[str, Any]
    features: dict[str, Any]
    product: Product
    scorer: Scorer | None
    model: Row | None
    policy: Policy

    @property
    def is_adverse(self) -> bool:
        """Tell whether the applicant was turned down, so that reasons are owed by law."""
        action, verdict = self.record["action"], self.record["verdict"]
        if action == REJECT:
            return bool(verdict == VerdictKind.ACT.value)
        return bool(action == APPROVE and verdict == _REFUSED and _refusals(self.record))


def explain(
    tx: Transaction, catalogue: Catalogue, champions: Champions, record: Mapping[str, object]
) -> Mapping[str, object]:
    """Explain a recorded decision: its reasons in order, the model's factors, what is owed by law, what would have helped."""
    notices: list[str] = []
    if record.get(ERASED):
        return _erased(tx, record)
    case = _load(tx, catalogue, champions, record, notices)
    by_rule = _rule_reasons(case.record)
    by_model = _model_reasons(case, notices) if _asks_for_reasons(case.record) else []
    by_person = _person_reasons(case.record)
    result: dict[str, object] = {
        "decision_id": record["id"],
        "application_id": record["subject_id"],
        "action": record["action"],
        "verdict": record["verdict"],
        "decided_by": record["decided_by"],
        "probability_of_repayment": case.values.get("score"),
        "bounds": rules.bounds_of(case.policy)._asdict(),
        "abstain": record.get("abstain"),
        "reasons": [*by_person, *by_rule, *by_model],
        "factors": _factors(case),
        "adverse_action": _adverse_action(case, by_person, by_rule, by_model, notices) if case.is_adverse else None,
        "counterfactuals": _counterfactuals(case, notices),
        "model_version": record.get("model_version"),
        "policy_version": record.get("policy_version"),
    }
    result["notices"] = notices
    return result


def _erased(tx: Transaction, record: Mapping[str, Any]) -> Mapping[str, object]:
    """Say of an erased decision what is left of it."""
    policy = parse_policy(policies.get_version(tx, APPLICATION_KIND, int(record["policy_version"]))["body"])
    kept = {name: record.get(name) for name in ("action", "verdict", "decided_by", "model_version", "policy_version")}
    return kept | {
        "decision_id": record["id"],
        "application_id": record["subject_id"],
        "probability_of_repayment": None,
        "bounds": rules.bounds_of(policy)._asdict(),
        "abstain": None,
        "reasons": [],
        "factors": [],
        "adverse_action": None,
        "counterfactuals": [],
        "notices": ["Erased by law: what this decision rested on is gone, so there is nothing to explain it by."],
    }


def _load(
    tx: Transaction, catalogue: Catalogue, champions: Champions, record: Mapping[str, Any], notices: list[str]
) -> _Case:
    application = repository.get_application(tx, catalogue, UUID(str(record["subject_id"])))
    values = dict(record["values"])
    scorer, model = None, None
    name = record.get("model_version")
    if name is None:
        notices.append("No model took part in this decision.")
    else:
        model = queries.find_model(tx, version=int(str(name).partition(":")[0]))
        scorer = None if model is None else champions.scorer(tx, model)
        if scorer is None:
            notices.append(f"Model version {name} cannot be read any more, so its reasons cannot be computed.")
    policy = parse_policy(policies.get_version(tx, APPLICATION_KIND, int(record["policy_version"]))["body"])
    # The owner's configuration may have asked for more care than the policy.
    threshold = float(record.get("intervention_threshold", policy.intervention_threshold))
    policy = replace(policy, intervention_threshold=threshold)
    features = catalogue.view(application.product).features_from(values)
    return _Case(record, values, features, application.product, scorer, model, policy)


def _asks_for_reasons(record: Mapping[str, Any]) -> bool:
    return not (record["action"] == APPROVE and record["verdict"] == VerdictKind.ACT.value)


def _refusals(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [each for each in record.get("reasons") or () if each["kind"] == _REFUSED and each.get("rule")]


def _person_reasons(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    answer = record.get("answer")
    if not answer:
        return []
    text = answer["reason"]
    return [{"source": "person", "text": text, "answer": answer["answer"], "by": answer["by"]}]


def _rule_reasons(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what rules and limits had to say, those that refused first, with the values that met them."""
    fired = {each["rule"]: each for each in record.get("fired") or ()}
    reasons = []
    for each in record.get("reasons") or ():
        rule = each.get("rule")
        entry = {"source": "rule" if rule else "gate", "text": each["text"], "kind": each["kind"], "code": each["code"]}
        if rule:
            entry["rule"] = rule
            entry["adverse_code"] = each.get("adverse_code")
            entry["conditions"] = fired[rule]["conditions"] if rule in fired else []
        reasons.append(entry)
    return sorted(reasons, key=lambda entry: entry["kind"] != _REFUSED)


def _model_reasons(case: _Case, notices: list[str]) -> list[dict[str, Any]]:
    """Return the features that told against the applicant; only those whose flip was seen to help."""
    reference = None if case.model is None else case.model["report"].get("reference")
    if case.scorer is None:
        return []
    if reference is None:
        notices.append("The model's report holds no profile of typical approved cases, so reasons cannot be compared.")
        return []
    from intendant.learning.models import AdditiveCreditModel, ReferenceProfile, reasons_against

    fields = {each.name: each for each in case.product.form}
    model = cast("AdditiveCreditModel", case.scorer)
    found = reasons_against(model, case.features, ReferenceProfile.from_dict(reference), count=REASONS_MAX)
    return [
        {
            "source": "model",
            "feature": reason.feature,
            "label": fields[reason.feature].label,
            "value": reason.value,
            "text": _sentence(fields[reason.feature], reason.value),
            "contribution_log_odds": round(reason.contribution, 6),
            "substitute": reason.substitute,
            "probability_with_substitute": reason.probability_after,
            "checked": True,
        }
        for reason in found
        if reason.flips and reason.feature in fields
    ]


def _sentence(form_field: FormField, value: object) -> str:
    label = f"{form_field.label[:1].upper()}{form_field.label[1:]}"
    if value is None:
        return f"{label} was not given."
    return f"{label} ({_shown(value)}) spoke against repayment, compared with typical approved applications."


def _factors(case: _Case) -> list[dict[str, Any]]:
    """Return the largest parts of the score, exact: their sum with the intercept is the score's log-odds."""
    if case.scorer is None:
        return []
    labels = {each.name: each.label for each in case.product.form}
    parts = sorted(case.scorer.contributions(case.features), key=lambda part: -abs(part.log_odds))
    return [
        {
            "features": list(part.features),
            "labels": [labels.get(name, name) for name in part.features],
            "value": list(part.value) if isinstance(part.value, tuple) else part.value,
            "log_odds": round(part.log_odds, 6),
            "speaks": "for repayment" if part.log_odds > 0 else "against repayment",
        }
        for part in parts[:FACTORS_MAX]
        if part.log_odds
    ]


def _adverse_action(
    case: _Case,
    by_person: Sequence[Mapping[str, Any]],
    by_rule: Sequence[Mapping[str, Any]],
    by_model: Sequence[Mapping[str, Any]],
    notices: list[str],
) -> dict[str, object]:
    """Return the principal reasons that are owed to the applicant, from what actually decided."""
    fields = {each.name: each for each in case.product.form}
    reasons: list[AdverseReason] = []
    if by_person:
        # A person decided: theirs is the reason, in their words.
        reasons += [reason_for_code("other", str(each["text"])) for each in by_person]
    elif case.record["action"] == REJECT:
        reasons += [reason_for_field(fields[each["feature"]], each["value"]) for each in by_model]
    else:
        refused = [each for each in by_rule if each["kind"] == _REFUSED and each.get("rule")]
        reasons += [reason_for_code(each.get("adverse_code") or "other", str(each["text"])) for each in refused]
    unique = list(dict.fromkeys(reasons))[:REASONS_MAX]
    if not unique:
        notices.append("No specific reason could be found; a person must state the reasons that are owed.")
    score = case.product.field_of(FieldRole.CREDIT_SCORE)
    if score is not None and case.values.get("credit_score") is not None:
        notices.append(CONSUMER_REPORT)
    return {"source": SOURCE, "reasons": [each._asdict() for each in unique]}


def _counterfactuals(case: _Case, notices: list[str]) -> list[dict[str, object]]:
    if case.scorer is None or not _asks_for_reasons(case.record):
        return []
    if APPROVE not in case.policy.actions:
        notices.append("The policy names no approval, so nothing could have led to one.")
        return []
    at = datetime.fromisoformat(str(case.record["decided_at"]))
    trial = Trial(case.product, case.scorer, compile_policy(case.policy), case.values, case.features, at)
    return [each.as_dict() for each in find_counterfactuals(trial)]


def _shown(value: object) -> str:
    return f"{value:,.10g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)

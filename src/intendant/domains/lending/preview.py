"""What would become of an application now, without submitting it: for an officer's *what if* and for trying a form."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from intendant.domains.lending import rules
from intendant.domains.lending.champions import Champion
from intendant.domains.lending.contract import APPLICATION_KIND, APPROVE
from intendant.domains.lending.counterfactuals import Trial, find_counterfactuals
from intendant.domains.lending.form import ApplicationForm
from intendant.domains.lending.kind import LendingApplicationKind, Ready
from intendant.domains.lending.model import Application, ApplicationState, FieldRole, Product
from intendant.kernel import decisions
from intendant.kernel.access import Permission, Principal
from intendant.kernel.gate import VerdictKind
from intendant.kernel.organizations import get_organization
from intendant.kernel.registry import Proposal
from intendant.kit import ids
from intendant.kit.database import Transaction
from intendant.kit.errors import Bug


def preview(
    tx: Transaction,
    by: Principal,
    kind: LendingApplicationKind,
    decider: decisions.Decider,
    product_key: str,
    inputs: Mapping[str, object],
) -> dict[str, Any]:
    """Say what would be decided about an application now; a read-only transaction will do.

    Raises ProductUnknown, or ApplicationInvalid with every fault of the inputs.
    """
    by.require(Permission.DECISION_READ)
    product = kind.catalogue.latest(tx, product_key)
    now = get_organization(tx, by.organization_id).clock.now()
    proposal = _proposal(product, by, inputs, now)
    rehearsal = decisions.rehearse(tx, kind, decider.policies, proposal)
    estimate, verdict = rehearsal.estimate, rehearsal.verdict
    return {
        "product": product.key,
        "product_version": product.version,
        "state": rules.state_after(estimate.action, verdict, ApplicationState.SUBMITTED),
        "action": estimate.action,
        "verdict": verdict.kind,
        "would": verdict.would,
        "tier": verdict.tier,
        "level": rehearsal.level,
        "confidence": estimate.confidence,
        "probability_of_repayment": estimate.values.get("score"),
        "expected_gain": estimate.impact,
        "abstain": estimate.abstain,
        "summary": estimate.summary,
        "reasons": [
            {"kind": each.kind, "code": each.code.value, "text": each.text, "rule": each.rule}
            for each in verdict.reasons
        ],
        "counterfactuals": _counterfactuals(kind, rehearsal),
        "model_version": estimate.model_version,
        "policy_version": rehearsal.context.policy_version,
    }


def _proposal(product: Product, by: Principal, inputs: Mapping[str, object], now: datetime) -> Proposal:
    """Build a proposal that is never submitted. Protected attributes may be left out: they are hidden, and decide nothing."""
    relaxed = tuple(
        replace(each, required=False) if each.role is FieldRole.PROTECTED else each for each in product.form
    )
    parsed = ApplicationForm(replace(product, form=relaxed)).parse(inputs)
    application_id = ids.new_id()
    application = Application(
        id=application_id,
        reference=str(application_id),
        product=product,
        amount=parsed.amount,
        term_months=parsed.term_months,
        inputs=parsed.values,
        protected={},
        submitted_at=now,
    )
    return Proposal(by.organization_id, APPLICATION_KIND, application_id, application, by.label)


def _counterfactuals(kind: LendingApplicationKind, rehearsal: decisions.Rehearsal) -> list[dict[str, object]]:
    """Return the least changes that would lead to approval, where a model takes part and it is not approved anyway."""
    ready, estimate = rehearsal.prepared, rehearsal.estimate
    if not isinstance(ready, Ready):
        raise Bug("A loan application was prepared as something else.")
    approved = estimate.action == APPROVE and rehearsal.verdict.kind is VerdictKind.ACT
    champion = ready.standing
    if approved or estimate.model_version is None or not isinstance(champion, Champion):
        return []
    if APPROVE not in rehearsal.compiled.policy.actions:
        return []
    product = ready.application.product
    features = kind.catalogue.view(product).features_from(estimate.values)
    trial = Trial(product, champion.scorer, rehearsal.compiled, estimate.values, features, rehearsal.context.now)
    return [each.as_dict() for each in find_counterfactuals(trial)]

"""The decision kind `lending.application`: what becomes of a loan application.

Preparing loads, estimating is pure, settling writes. `subject_version` on the record is the version that the application has
once the decision is written, so that an approval is stale exactly when something else has touched the application since.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from intendant.domains.lending import queries, repository, rules, tables, vocabulary
from intendant.domains.lending.catalogue import Catalogue
from intendant.domains.lending.champions import Champion, Champions, NoModel, Predicted, Standing, conformal_doubt
from intendant.domains.lending.contract import (
    APPLICATION_KIND,
    APPROVE,
    COMPONENT,
    EXPIRE,
    PAYOUT_ACTION,
    PAYOUT_CONNECTOR,
    REFER,
    REJECT,
)
from intendant.domains.lending.form import ApplicationInvalid
from intendant.domains.lending.model import OPEN_STATES, Application, ApplicationState, FieldRole, moved
from intendant.domains.lending.offers.tables import OFFERS, proposed_row
from intendant.domains.lending.policy import default_policy
from intendant.kernel.gate import Policy, VerdictKind
from intendant.kernel.registry import (
    Alternative,
    Answer,
    Context,
    Decided,
    EffectRequest,
    Estimate,
    Proposal,
    Recommendation,
    SimilarCase,
    Vocabulary,
)
from intendant.kit.bulk import Writes
from intendant.kit.database import Transaction
from intendant.kit.errors import Conflict, IntendantError

AMENDABLE = {"amount": FieldRole.AMOUNT, "term_months": FieldRole.TERM}
"""What a person may change in an answer."""


class DuplicateReference(Conflict):
    """An application with this reference exists already."""

    code = "duplicate_reference"


class ApplicationClosed(Conflict):
    """The application is decided, withdrawn or expired."""

    code = "application_closed"


@dataclass(slots=True)
class Ready:
    """An application ready to be estimated, with what decides it."""

    application: Application
    standing: Standing


class LendingApplicationKind:
    """Decides loan applications. One instance serves all organisations and threads."""

    name = APPLICATION_KIND
    component = COMPONENT

    def __init__(self) -> None:
        self.catalogue = Catalogue()
        self.champions = Champions()

    def default_policy(self) -> Policy:
        """Return the policy with which a new organisation starts."""
        return default_policy()

    def prepare(
        self, tx: Transaction, proposals: Sequence[Proposal], contexts: Mapping[UUID, Context]
    ) -> Sequence[object | IntendantError]:
        """Find duplicates, lock what is decided again, and find each organisation's model: two queries, three at most."""
        applications = [_application_of(proposal) for proposal in proposals]
        new = [(p.organization_id, a.reference) for p, a in zip(proposals, applications, strict=True) if a.version == 0]
        again = [(p.organization_id, a.id) for p, a in zip(proposals, applications, strict=True) if a.version > 0]
        taken, champions = queries.find_taken_and_champions(tx, new, list(contexts))
        stored = queries.lock_applications(tx, again) if again else {}
        standing = self.champions.standing(tx, champions, {o: context.now for o, context in contexts.items()})
        prepared: list[object | IntendantError] = []
        for proposal, application in zip(proposals, applications, strict=True):
            organization_id = proposal.organization_id
            if application.version == 0:
                if (organization_id, application.reference) in taken:
                    prepared.append(_duplicate(application.reference))
                    continue
                taken.add((organization_id, application.reference))
            else:
                row = stored.get(application.id)
                error = _why_not_again(application, None if row is None else (row["state"], row["version"]))
                if error is not None:
                    prepared.append(error)
                    continue
                if proposal.answer is not None and proposal.answer.parameters:
                    try:
                        application = self._amended(application, proposal.answer)  # noqa: PLW2901
                    except ApplicationInvalid as invalid:
                        prepared.append(invalid)
                        continue
            prepared.append(Ready(application, standing[organization_id]))
        return prepared

    def estimate(self, prepared: Sequence[tuple[Proposal, object, Context]]) -> Sequence[Estimate]:
        """Score all members, those of one model together, and recommend an action for each."""
        members: list[Ready] = [ready for _, ready, _ in prepared]  # type: ignore[misc]
        by_model: defaultdict[bytes, list[int]] = defaultdict(list)
        doubts: list[str | None] = [None] * len(members)
        for place, ready in enumerate(members):
            standing = ready.standing
            if isinstance(standing, NoModel):
                doubts[place] = standing.why
                continue
            doubts[place] = self.champions.misfit(standing, ready.application.product)
            if doubts[place] is None:
                by_model[standing.digest].append(place)
        predictions: list[Predicted | None] = [None] * len(members)
        for places in by_model.values():
            champion = members[places[0]].standing
            assert isinstance(champion, Champion)  # noqa: S101 - sorted above
            records = [members[place].application.inputs for place in places]
            for place, prediction in zip(places, champion.scorer.predict_records(records), strict=True):
                predictions[place] = prediction
        bounds: dict[int, rules.Bounds] = {}
        estimates = []
        for (proposal, _, context), ready, predicted, doubt in zip(prepared, members, predictions, doubts, strict=True):
            policy = context.policy
            bound = bounds.get(id(policy)) or bounds.setdefault(id(policy), rules.bounds_of(policy))
            if predicted is not None and isinstance(ready.standing, Champion):
                doubt = conformal_doubt(ready.standing.scorer, predicted, policy.conformal_coverage)  # noqa: PLW2901
            estimates.append(self._estimate_one(proposal.answer, ready, predicted, doubt, policy, bound))
        return estimates

    def settle(self, decided: Sequence[Decided], writes: Writes) -> Sequence[Sequence[EffectRequest]]:
        """Store each application in the state its verdict leads to, and pay out what was approved."""
        return [self._settle_one(member, writes) for member in decided]

    def declined(self, action: str) -> str:
        """Return what declining a proposed action means: an approval is rejected, anything else goes to a person."""
        return REJECT if action == APPROVE else REFER

    def expired(self, action: str) -> str:  # noqa: ARG002 - whatever was proposed
        """Return what follows when nobody answers in time: the application expires."""
        return EXPIRE

    def reconsider(self, tx: Transaction, subject_ids: Sequence[UUID]) -> Mapping[UUID, tuple[object, int]]:
        """Load applications that are to be decided again, with their versions."""
        found = repository.load_applications(tx, self.catalogue, list(subject_ids))
        return {application_id: (application, application.version) for application_id, application in found.items()}

    def list_waiting(
        self, tx: Transaction, organizations: Sequence[UUID], *, limit: int
    ) -> Sequence[tuple[UUID, UUID]]:
        """List applications that came while everything was stopped."""
        return queries.list_waiting(tx, organizations, limit=limit)

    def right(self, action: str, outcome: float) -> bool | None:
        """Say whether an action was right in the light of the outcome."""
        return rules.is_right(action, outcome)

    def explain(self, tx: Transaction, record: Mapping[str, object]) -> Mapping[str, object]:
        """Explain a recorded decision; see `explanations`."""
        from intendant.domains.lending import explanations

        return explanations.explain(tx, self.catalogue, self.champions, record)

    def vocabulary(self, tx: Transaction) -> Vocabulary:
        """List what rules may look at, over the products on offer."""
        return vocabulary.vocabulary(tx)

    def reweigh(self, record: Mapping[str, Any], policy: Policy) -> Recommendation:
        """Say what would be recommended for a recorded application under another policy."""
        return vocabulary.reweigh(record, policy)

    def similar(self, tx: Transaction, record: Mapping[str, object], *, limit: int) -> Sequence[SimilarCase]:
        """List settled applications of the same product that are nearest by what a model may look at; see `precedents`."""
        from intendant.domains.lending import precedents

        return precedents.list_similar(tx, self.catalogue, record, limit=limit)

    def _estimate_one(
        self,
        answer: Answer | None,
        ready: Ready,
        predicted: Predicted | None,
        doubt: str | None,
        policy: Policy,
        bounds: rules.Bounds,
    ) -> Estimate:
        application = ready.application
        product = application.product
        view = self.catalogue.view(product)
        probability = None if predicted is None else predicted.probability
        action = rules.proposed_action(probability, bounds) if answer is None else answer.action
        confidence = rules.confidence_in(action, probability)
        act = policy.actions.get(action)
        sure = doubt is None and confidence is not None and act is not None and confidence >= act.act_threshold
        amount = application.amount if view.has_amount else None
        gain = rules.expected_gain(action, probability, float(application.amount), product.pricing)
        parameters: dict[str, object] = {"reference": application.reference}
        if amount is not None:
            parameters["amount"] = str(amount)
        if application.term_months is not None:
            parameters["term_months"] = application.term_months
        return Estimate(
            action=action,
            confidence=confidence,
            values=view.values(application, probability, sure=sure),
            amount=amount,
            currency=application.currency,
            parameters=parameters,
            abstain=doubt,
            alternatives=_alternatives(action, probability),
            model_version=ready.standing.name if isinstance(ready.standing, Champion) and predicted else None,
            impact=None if gain is None or amount is None else Decimal(f"{gain:.2f}"),
            reversible=False,
            subject_version=application.version + 1,
            summary=_summary(application, action, probability, with_amount=amount is not None),
        )

    def _settle_one(self, member: Decided, writes: Writes) -> Sequence[EffectRequest]:
        proposal, context, action = member.proposal, member.context, member.estimate.action
        application = _application_of(proposal)
        if proposal.answer is not None and proposal.answer.parameters:
            application = self._amended(application, proposal.answer)
        state = rules.state_after(action, member.verdict, application.state)
        undecided = member.verdict.kind is VerdictKind.REFUSE and state is application.state
        if application.version > 0 and undecided:
            # Untouched, so that what waits for an answer about it does not become stale by a stop.
            return ()
        row = repository.application_row(application, proposal.organization_id, context.now)
        row["state"] = moved(application.state, state).value
        row["version"] = application.version + 1
        row["decision_id"] = None if undecided else member.id
        writes.add(tables.APPLICATIONS if application.version == 0 else tables.DECIDED, row)
        if state is not ApplicationState.APPROVED:
            return ()
        if not application.product.pays_at_approval:
            if application.product.is_offered:
                # Priced and put to the gate by the next round; here, so that no approval is without it.
                offer = proposed_row(application, proposal.organization_id, by=COMPONENT, now=context.now)
                writes.add(OFFERS, offer)
            return ()
        destination = self.catalogue.view(application.product).destination
        given = application.inputs.get(destination) if destination is not None else None
        parameters = {
            "amount": str(application.amount),
            "currency": application.currency,
            "reference": application.reference,
            # Without a field for it, the provider is told whom to pay by our reference.
            "destination": given or f"applicant:{application.reference}",
        }
        return (EffectRequest(PAYOUT_CONNECTOR, PAYOUT_ACTION, parameters),)

    def _amended(self, application: Application, answer: Answer) -> Application:
        """Return the application with what the answer changes; raises ApplicationInvalid."""
        product = application.product
        inputs: dict[str, Any] = {
            k: v for k, v in {**application.inputs, **application.protected}.items() if v is not None
        }
        for name, value in answer.parameters.items():
            role = AMENDABLE.get(name)
            target = None if role is None else product.field_of(role)
            if target is None:
                raise ApplicationInvalid(
                    f"'{name[:60]}' cannot be amended.",
                    field=f"amended.{name[:60]}",
                    remedy=f"An answer may change {' and '.join(AMENDABLE)}.",
                )
            inputs[target.name] = value
        parsed = self.catalogue.form(product).parse(inputs)
        return replace(application, inputs=parsed.values, amount=parsed.amount, term_months=parsed.term_months)


def _application_of(proposal: Proposal) -> Application:
    assert isinstance(proposal.subject, Application)  # noqa: S101 - the kind's own typed value
    return proposal.subject


def _duplicate(reference: str) -> DuplicateReference:
    return DuplicateReference(
        f"There is an application '{reference[:60]}' already.",
        field="reference",
        remedy="Look it up, or give this one its own reference.",
    )


def _why_not_again(application: Application, stored: tuple[str, int] | None) -> IntendantError | None:
    """Say why a stored application cannot be decided again now."""
    if stored is None:
        return repository.ApplicationUnknown("There is no such application.", field="application")
    state, version = stored
    if version != application.version:
        return repository.ApplicationChanged(
            "The application has changed meanwhile.", field="version", remedy="Look at it again."
        )
    if ApplicationState(state) not in OPEN_STATES:
        return ApplicationClosed(
            f"The application is {state.replace('_', ' ')}.", field="state", remedy="Nothing is left to decide."
        )
    return None


def _alternatives(action: str, probability: float | None) -> tuple[Alternative, ...]:
    """Return the eligible actions. The choice is deterministic, so its propensity is 1 and that of the others 0."""
    doubt = None if probability is None else 1.0 - probability
    return (
        Alternative(APPROVE, probability, 1.0 if action == APPROVE else 0.0),
        Alternative(REJECT, doubt, 1.0 if action == REJECT else 0.0),
        Alternative(REFER, None, 1.0 if action == REFER else 0.0),
    )


def _summary(application: Application, action: str, probability: float | None, *, with_amount: bool) -> str:
    what = f"{application.amount:,.2f} {application.currency}" if with_amount else application.product.name
    term = f" over {application.term_months} months" if application.term_months is not None else ""
    odds = "no model decides" if probability is None else f"{probability:.0%} likely to be repaid"
    return f"{action.capitalize()} {what}{term}: {odds}"

"""What people and programs do with lending, one function per verb; deciding itself is the kernel's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from intendant.domains.lending import dossier, products, queries, repository, worklist
from intendant.domains.lending.catalogue import Catalogue
from intendant.domains.lending.champions import SERVABLE
from intendant.domains.lending.contract import (
    APPLICATION_DISBURSED,
    APPLICATION_KIND,
    APPLICATION_TAKEN_BACK,
    APPLICATION_WITHDRAWN,
    MODEL_PROMOTED,
    PRODUCT_PUBLISHED,
    REPAID,
)
from intendant.domains.lending.form import ApplicationInvalid
from intendant.domains.lending.model import Application, ApplicationState, Product
from intendant.domains.lending.offers.closing import close_application
from intendant.kernel import approvals, decisions, events, outcomes
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import Organization, get_organization
from intendant.kernel.registry import Proposal
from intendant.kit import clock, ids
from intendant.kit.canonical import digest
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, Invalid

REFERENCE_LENGTH_MAX = 100
OUTCOMES_MAX = 10_000
REASON_LENGTH_MAX = 2_000


class ModelNotPromotable(Conflict):
    """The model may not decide."""

    code = "model_not_promotable"


class AwaitingAnswer(Conflict):
    """People are asked about the application: their answer decides it."""

    code = "awaiting_answer"


class OutcomeInvalid(Invalid):
    """An outcome that cannot be recorded."""

    code = "outcome_invalid"


def create_product(tx: Transaction, by: Principal, catalogue: Catalogue, body: Mapping[str, Any]) -> dict[str, Any]:
    """Publish a product, or the next version of one, from its body; applications use it from now on.

    The body may say which version it `replaces`: raises ProductChanged where another is the latest by now.
    """
    by.require(Permission.PRODUCT_MANAGE)
    organization = get_organization(tx, by.organization_id)
    product, replaces = products.parse_publication(body)
    if replaces is not None:
        products.require_latest(tx, product.key, replaces)
    publish_product(tx, organization, catalogue, product, author=by.label)
    return products.get_shown(tx, catalogue, product.key)


def publish_product(
    tx: Transaction, organization: Organization, catalogue: Catalogue, product: Product, *, author: str
) -> Product:
    """Store a product as the next version of its key and tell so; for callers that stand above permissions."""
    now = clock.system_now()
    stored = repository.insert_product(tx, product, author=author, now=now)
    catalogue.forget_latest(organization.id, stored.key)
    event = events.Event(
        organization_id=organization.id,
        name=PRODUCT_PUBLISHED,
        subject=f"product:{stored.key}:{stored.version}",
        body={"key": stored.key, "version": stored.version},
        at=organization.clock.at(now),
        recorded_at=now,
        actor=author,
    )
    events.emit(tx, [event])
    return stored


def get_product(tx: Transaction, by: Principal, catalogue: Catalogue, key: str) -> dict[str, Any]:
    """Get the latest version of a product."""
    by.require(Permission.PRODUCT_READ)
    return products.get_shown(tx, catalogue, key)


def list_products(tx: Transaction, by: Principal, *, after: str | None, limit: int) -> list[dict[str, Any]]:
    """List the latest version of each product by key."""
    by.require(Permission.PRODUCT_READ)
    rows = queries.list_products(tx, by.organization_id, after=after, limit=limit)
    return [products.show(row) for row in rows]


def build_proposal(
    catalogue: Catalogue,
    product: Product,
    organization_id: UUID,
    inputs: Mapping[str, object],
    *,
    reference: object = None,
    proposed_by: str,
    now: datetime,
    idempotency_key: str | None = None,
    body_digest: bytes = b"",
) -> Proposal:
    """Turn an application as it came into a proposal; no input or output, so that it may run on an event loop.

    `now` is business time. Without a reference the application gets its id for one. Raises ApplicationInvalid with every
    fault of the inputs.
    """
    parsed = catalogue.form(product).parse(inputs)
    application_id = ids.new_id()
    application = Application(
        id=application_id,
        reference=str(application_id) if reference is None else _reference(reference),
        product=product,
        amount=parsed.amount,
        term_months=parsed.term_months,
        inputs=parsed.values,
        protected=parsed.protected,
        submitted_at=now,
    )
    return Proposal(
        organization_id,
        APPLICATION_KIND,
        application_id,
        application,
        proposed_by,
        idempotency_key,
        body_digest,
    )


def propose_again(
    tx: Transaction, by: Principal, catalogue: Catalogue, application_id: UUID, *, idempotency_key: str | None = None
) -> tuple[Proposal, ApplicationState]:
    """Build the proposal that decides a stored application anew, by the model, policy and level of now; with its state.

    Raises ApplicationUnknown, and AwaitingAnswer while an approval about it is open: else a question could be asked again
    until its answer pleases. One that is closed is refused where it is decided (ApplicationClosed).
    """
    by.require(Permission.DECISION_CREATE)
    application = repository.get_application(tx, catalogue, application_id)
    proposal = Proposal(
        by.organization_id,
        APPLICATION_KIND,
        application_id,
        application,
        by.label,
        # Of fixed length and bound to the application: keys of new applications are another matter.
        None if idempotency_key is None else digest(f"again:{application_id}:{idempotency_key}".encode()).hex(),
    )
    approval_id = approvals.find_open(tx, application_id)
    if approval_id is not None and decisions.find_decided(tx, proposal) is None:
        raise AwaitingAnswer(
            "People are asked about this application.",
            field="application",
            remedy="Answer the approval, or wait for its deadline.",
            data={"approval_id": str(approval_id)},
        )
    return proposal, application.state


def _reference(reference: object) -> str:
    if isinstance(reference, str) and 1 <= len(reference) <= REFERENCE_LENGTH_MAX and reference.isprintable():
        return reference
    raise ApplicationInvalid(
        "The reference is not sound.",
        field="reference",
        remedy=f"Give 1 to {REFERENCE_LENGTH_MAX} printable characters, or leave it out.",
        data={"errors": []},
    )


def withdraw(tx: Transaction, by: Principal, application_id: UUID, *, reason: str) -> dict[str, Any]:
    """Take an application back on the applicant's word; what waits for an answer about it is closed."""
    by.require(Permission.APPLICATION_CREATE)
    organization = get_organization(tx, by.organization_id)
    if not 1 <= len(reason.strip()) <= REASON_LENGTH_MAX:
        raise Invalid("A withdrawal needs a reason.", field="reason", remedy="Say why, in a sentence.")
    if _move(
        tx, organization, application_id, ApplicationState.WITHDRAWN, by=by.label, detail={"reason": reason.strip()}
    ):
        close_application(tx, application_id, by=by.label, reason=reason.strip())
        closed = {"organization_id": organization.id, "subject_id": application_id, "state": "withdrawn"}
        approvals.WITHDRAWN.run(tx, [closed])
    # No inputs: who may submit and withdraw need not be who may read.
    return {"id": application_id, "state": ApplicationState.WITHDRAWN.value}


def disburse(tx: Transaction, application_id: UUID, *, by: str) -> bool:
    """Note that an approved loan was paid out; called when the payout's effect is done. Twice is once."""
    organization = get_organization(tx, tx.organization_id)
    return _move(tx, organization, application_id, ApplicationState.DISBURSED, by=by, detail={})


def take_back(tx: Transaction, application_id: UUID, *, by: str, reason: str) -> bool:
    """Put an approved application back under review, because its payout was taken back before it left."""
    organization = get_organization(tx, tx.organization_id)
    return _move(tx, organization, application_id, ApplicationState.UNDER_REVIEW, by=by, detail={"reason": reason})


_MOVED = {
    ApplicationState.WITHDRAWN: APPLICATION_WITHDRAWN,
    ApplicationState.DISBURSED: APPLICATION_DISBURSED,
    ApplicationState.UNDER_REVIEW: APPLICATION_TAKEN_BACK,
}


def _move(
    tx: Transaction,
    organization: Organization,
    application_id: UUID,
    to: ApplicationState,
    *,
    by: str,
    detail: dict[str, object],
) -> bool:
    """Move an application and tell so; False where it was there already."""
    now = clock.system_now()
    row = repository.move(tx, application_id, to, organization.clock.at(now))
    if row is None:
        return False
    event = events.Event(
        organization_id=organization.id,
        name=_MOVED[to],
        subject=f"application:{application_id}",
        body={"application_id": application_id, "version": row["version"], **detail},
        at=organization.clock.at(now),
        recorded_at=now,
        actor=by,
    )
    events.emit(tx, [event])
    return True


def get_dossier(tx: Transaction, by: Principal, catalogue: Catalogue, application_id: UUID) -> dossier.Dossier:
    """Get an application with all that happened to it; protected attributes are not shown to who decides."""
    by.require(Permission.APPLICATION_READ)
    return dossier.get_dossier(tx, catalogue, application_id)


def list_applications(
    tx: Transaction,
    by: Principal,
    wanted: worklist.ApplicationFilter,
    *,
    mine: bool = False,
    sort: worklist.ApplicationSort = worklist.ApplicationSort.NEWEST,
    after: str | None = None,
    limit: int = 50,
) -> list[Row]:
    """List applications; `mine` keeps those whose open question is assigned to the caller."""
    by.require(Permission.APPLICATION_READ)
    return worklist.list_applications(tx, _of(by, wanted, mine=mine), sort=sort, after=after, limit=limit)


def count_facets(
    tx: Transaction, by: Principal, wanted: worklist.ApplicationFilter, *, mine: bool = False
) -> worklist.Facets:
    """Count applications by facet, as `list_applications` would find them."""
    by.require(Permission.APPLICATION_READ)
    return worklist.count_facets(tx, _of(by, wanted, mine=mine))


def _of(by: Principal, wanted: worklist.ApplicationFilter, *, mine: bool) -> worklist.ApplicationFilter:
    return replace(wanted, assignee=by.id) if mine else wanted


@dataclass(frozen=True, slots=True)
class GivenOutcome:
    """What became of an application: 1 repaid, 0 defaulted; None when it will never be known (`censored`).

    `observed_at` is business time, by default now; without `matured` the outcome may still change.
    """

    application_id: UUID
    repaid: float | None
    observed_at: datetime | None = None
    matured: bool = True
    censored: bool = False


def record_outcomes(tx: Transaction, by: Principal, given: Sequence[GivenOutcome], *, source: str) -> list[UUID]:
    """Record what became of applications, late and corrected ones too; each joins the decision that acted."""
    by.require(Permission.OUTCOME_RECORD)
    organization = get_organization(tx, by.organization_id)
    if not 1 <= len(given) <= OUTCOMES_MAX:
        raise OutcomeInvalid(f"Give 1 to {OUTCOMES_MAX} outcomes at once.", field="outcomes", remedy="Send fewer.")
    known = {row["id"]: row for row in queries.list_applications_by_id(tx, [each.application_id for each in given])}
    now = clock.system_now()
    moment = organization.clock.at(now)
    rows = []
    for each in given:
        row = known.get(each.application_id)
        if row is None:
            raise repository.ApplicationUnknown(
                f"There is no application {each.application_id}.", field="application", remedy="List them to find it."
            )
        rows.append(_outcome(each, row, moment, source))
    return outcomes.record(tx, organization, rows, by=by.label, system_now=now)


def _outcome(given: GivenOutcome, row: Row, now: datetime, source: str) -> outcomes.Outcome:
    observed_at = given.observed_at or now
    if given.censored != (given.repaid is None):
        raise OutcomeInvalid(
            "An outcome is either known or censored.",
            field="repaid",
            remedy="Give 1 or 0, or set censored and no value.",
        )
    if given.repaid is not None and not 0.0 <= given.repaid <= 1.0:
        raise OutcomeInvalid(
            f"{given.repaid} is no outcome.", field="repaid", remedy="Give 1 for repaid, 0 for defaulted."
        )
    if observed_at.tzinfo is None or not row["submitted_at"] <= observed_at <= now:
        raise OutcomeInvalid(
            "The outcome was observed before the application or in the future.",
            field="observed_at",
            remedy="Give a moment with its time zone, between submission and now in business time.",
        )
    return outcomes.Outcome(
        kind=APPLICATION_KIND,
        subject_id=given.application_id,
        measure=REPAID,
        value=given.repaid,
        observed_at=observed_at,
        matured_at=observed_at if given.matured else None,
        source=source,
        censored=given.censored,
    )


def list_models(tx: Transaction, by: Principal, *, limit: int) -> list[Row]:
    """List model versions newest first, with their reports."""
    by.require(Permission.DECISION_READ)
    return queries.list_models(tx, limit=limit)


def promote_model(tx: Transaction, by: Principal, model_id: UUID, *, reason: str) -> Row:
    """Let a model version decide from now on; promoting an earlier one is how a champion is rolled back.

    Raises ModelNotPromotable for a model that is not validated, is stale, or is kept for comparison only.
    """
    by.require(Permission.POLICY_PUBLISH)
    organization = get_organization(tx, by.organization_id)
    now = clock.system_now()
    row = repository.get_model(tx, model_id)
    why = None
    if row["algorithm"] != SERVABLE:
        why = f"A model of the kind '{row['algorithm']}' is kept for comparison and cannot decide."
    elif not row["validated"]:
        why = "It did not pass validation."
    elif row["stale_at"] is not None and row["stale_at"] < organization.clock.at(now):
        why = "It is stale."
    if why is not None:
        raise ModelNotPromotable(
            f"Model version {row['version']} may not decide. {why}", field="model", remedy="Train a new one."
        )
    if not 1 <= len(reason.strip()) <= REASON_LENGTH_MAX:
        raise Invalid("A promotion needs a reason.", field="reason", remedy="Say why, in a sentence.")
    repository.make_champion(tx, model_id)
    event = events.Event(
        organization_id=organization.id,
        name=MODEL_PROMOTED,
        subject=f"model:{model_id}",
        body={"model_id": model_id, "version": row["version"], "digest": row["digest"], "reason": reason.strip()},
        at=organization.clock.at(now),
        recorded_at=now,
        actor=by.label,
    )
    events.emit(tx, [event])
    return repository.get_model(tx, model_id)


def only_product(tx: Transaction) -> str:
    """Return the key of the organisation's one product; raises Invalid where there is none or several."""
    keys = [row["key"] for row in queries.list_products(tx, tx.organization_id, limit=20)]
    if len(keys) != 1:
        known = f"Known products: {', '.join(keys)}." if keys else "Create one first."
        raise Invalid("Say which product is applied for.", field="product", remedy=known)
    return str(keys[0])

"""What a decision kind is: how a domain estimates a proposal and what follows from the verdict. Batch first throughout."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from intendant.kernel.gate import Policy, Tier, Verdict
from intendant.kernel.organizations import Organization
from intendant.kernel.registry._vocabulary import Recommendation, Vocabulary
from intendant.kit.bulk import Writes
from intendant.kit.database import Transaction
from intendant.kit.errors import IntendantError


@dataclass(frozen=True, slots=True)
class Answer:
    """A person's answer (or a deadline's fate) to an open approval, on its way through the gate as a new proposal."""

    approval_id: UUID
    decision_id: UUID
    answer: str
    """approve, decline, amend or expire."""
    action: str
    parameters: Mapping[str, object]
    digest: bytes
    """Of the record that was answered; a record that changed since makes the answer stale."""
    tier: Tier
    by: str
    reason: str
    hold: UUID | None = None
    """The hold that this answer waited in, where it did."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A request that something be done, parsed at the border. `subject` is the kind's own typed value."""

    organization_id: UUID
    kind: str
    subject_id: UUID
    subject: object
    proposed_by: str
    idempotency_key: str | None = None
    body_digest: bytes = b""
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What holds for one organisation while a batch is decided."""

    organization: Organization
    policy: Policy
    policy_version: int
    now: datetime
    """Business time."""
    system_now: datetime


@dataclass(frozen=True, slots=True)
class Alternative:
    """An action that was eligible, with the probability that it would be right and the propensity of choosing it."""

    action: str
    confidence: float | None
    propensity: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the kind recommends for one proposal.

    `values` is all that rules may look at (inputs, features, score); it is frozen into the record. `confidence` is the
    calibrated probability that `action` is right. `abstain` says why the model does not know, when it does not.
    `impact` is the expected gain in money of acting (negative: a loss), where the kind can tell. `subject_version` is the
    version the subject has once this decision is settled (1 for a new one): an answer is taken only while it still holds.
    For a proposal with an `answer`, `action` and `parameters` are the answer's.
    """

    action: str
    confidence: float | None
    values: Mapping[str, object]
    amount: Decimal | None = None
    currency: str | None = None
    parameters: Mapping[str, object] = field(default_factory=dict)
    abstain: str | None = None
    alternatives: tuple[Alternative, ...] = ()
    model_version: str | None = None
    impact: Decimal | None = None
    reversible: bool = False
    subject_version: int = 1
    summary: str = ""
    """One line for the inbox."""


@dataclass(frozen=True, slots=True)
class EffectRequest:
    """An effect outside that follows from an act. The kernel plans it in the deciding transaction."""

    connector: str
    action: str
    parameters: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Decided:
    """A proposal with its estimate and verdict, handed to the kind so that it may write what follows."""

    id: UUID
    proposal: Proposal
    estimate: Estimate
    verdict: Verdict
    context: Context


@dataclass(frozen=True, slots=True)
class SimilarCase:
    """A settled case that resembles another, and how it ended.

    `outcome` is the kind's plain word for what became of it, such as repaid or running; `right` says whether its action was
    right, None where that is not known. `distance` runs from 0 (the same in every feature) to 1; `alike` is a sentence that
    names what the two have in common and in what they differ most.
    """

    decision_id: UUID
    subject_id: UUID
    reference: str
    summary: str
    action: str
    verdict: str
    decided_by: str
    decided_at: datetime
    amount: Decimal | None
    confidence: float | None
    outcome: str
    right: bool | None
    distance: float
    alike: str


class DecisionKind(Protocol):
    """A kind of decision, as its domain declares it. Lists in, lists of the same length and order out."""

    name: str
    component: str

    def default_policy(self) -> Policy:
        """Return the policy with which a new organisation starts."""
        ...

    def prepare(
        self, tx: Transaction, proposals: Sequence[Proposal], contexts: Mapping[UUID, Context]
    ) -> Sequence[object | IntendantError]:
        """Load what estimating needs, in few queries for the whole batch; an error stands for a member that cannot go on."""
        ...

    def estimate(self, prepared: Sequence[tuple[Proposal, object, Context]]) -> Sequence[Estimate]:
        """Recommend an action for each member. Pure: memory only."""
        ...

    def settle(self, decided: Sequence[Decided], writes: Writes) -> Sequence[Sequence[EffectRequest]]:
        """Write the domain's own rows that follow from each verdict and name the effects outside."""
        ...

    def declined(self, action: str) -> str:
        """Return the action that declining a proposed `action` means."""
        ...

    def expired(self, action: str) -> str:
        """Return the action that follows when nobody answers a proposed `action` in time. It must fail closed."""
        ...

    def reconsider(self, tx: Transaction, subject_ids: Sequence[UUID]) -> Mapping[UUID, tuple[object, int]]:
        """Load subjects that are to be decided again: the typed subject and its present version, by id."""
        ...

    def list_waiting(
        self, tx: Transaction, organizations: Sequence[UUID], *, limit: int
    ) -> Sequence[tuple[UUID, UUID]]:
        """List subjects of these organisations that came while everything was stopped, and that no decision has settled.

        As (organisation, subject), oldest first; takes a system transaction.
        """
        ...

    def right(self, action: str, outcome: float) -> bool | None:
        """Say whether `action` was right in the light of the outcome's value; None where the outcome does not tell."""
        ...

    def explain(self, tx: Transaction, record: Mapping[str, object]) -> Mapping[str, object]:
        """Explain a recorded decision from its frozen values: reasons in plain words, factors, counterfactuals."""
        ...

    def vocabulary(self, tx: Transaction) -> Vocabulary:
        """List the words in which an organisation's policy of this kind may be written."""
        ...

    def reweigh(self, record: Mapping[str, Any], policy: Policy) -> Recommendation:
        """Say what the kind would recommend for a recorded case under another policy. Pure; score and inputs stay."""
        ...

    def similar(self, tx: Transaction, record: Mapping[str, object], *, limit: int) -> Sequence[SimilarCase]:
        """List settled cases like a recorded decision's, nearest first, at most `limit`; empty where the kind compares none."""
        ...

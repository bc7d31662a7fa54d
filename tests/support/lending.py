"""A lender for tests: a product, a hand-made credit model whose every answer can be worked out, and an organisation at work."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import numpy as np

from intendant.domains.lending import repository, usecases
from intendant.domains.lending.catalogue import parse_product
from intendant.domains.lending.kind import LendingApplicationKind
from intendant.domains.lending.manifest import LENDING
from intendant.domains.lending.model import Product
from intendant.kernel.autonomy import install_components
from intendant.kernel.decisions import Decider, Decision
from intendant.kernel.organizations import Organization
from intendant.kernel.policies import install_policies
from intendant.kernel.registry import Proposal, Registry
from intendant.kit import clock
from intendant.kit.database import Database
from intendant.kit.errors import IntendantError
from intendant.learning.calibration import ConformalRule
from intendant.learning.models import AdditiveCreditModel, FeatureTable, ReferenceProfile, uncalibrated_model

PRODUCT: dict[str, Any] = {
    "key": "personal",
    "name": "Personal loan",
    "currency": "USD",
    "form": [
        {"name": "amount", "type": "number", "role": "amount", "minimum": 100, "maximum": 1_000_000},
        {"name": "term", "type": "integer", "role": "term", "minimum": 6, "maximum": 60},
        {"name": "purpose", "type": "category", "role": "purpose", "choices": ["car", "home"]},
        {"name": "credit_score", "type": "integer", "role": "credit_score", "minimum": 300, "maximum": 850, "required": False},
        {"name": "employer", "type": "text", "role": "information", "required": False},
        {"name": "iban", "type": "text", "role": "destination", "required": False},
        {"name": "sex", "type": "category", "role": "protected", "required": False},
    ],
}  # fmt: skip

GOOD: dict[str, Any] = {"amount": 5000, "term": 24, "purpose": "car", "credit_score": 720}
"""Probability 0.909: approved."""
BAD: dict[str, Any] = GOOD | {"credit_score": 560}
"""Probability 0.332: rejected by the model."""
MIDDLING: dict[str, Any] = GOOD | {"credit_score": 620, "purpose": "home"}
"""Probability 0.668: asked; at 4,200 it would be 0.818."""
UNKNOWABLE: dict[str, Any] = GOOD | {"credit_score": 620, "purpose": "home", "amount": 8000, "term": 12}
"""Probability 0.622, in the conformal rule's zone of doubt."""
BELOW_MINIMUM: dict[str, Any] = GOOD | {"credit_score": 590, "amount": 2000, "term": 12}
"""Probability 0.711, but a credit score that the policy refuses."""


def hand_made_model() -> AdditiveCreditModel:
    """Return a small model whose score is the sum of what stands here."""

    def numeric(name: str, cuts: list[float], scores: list[float]) -> FeatureTable:
        bins = np.zeros(len(scores), dtype=np.int64)
        return FeatureTable(name, "numeric", np.array(cuts), (), np.array(scores), bins)

    model = uncalibrated_model(
        1.0,
        (
            numeric("credit_score", [550, 600, 650, 700], [-0.2, -2.5, -1.5, 0.0, 0.8, 1.5, 0.0]),
            numeric("amount", [3000, 4300, 6000, 20000], [0.0, 1.0, 0.5, -0.3, -0.8, -1.5, 0.0]),
            numeric("term", [24, 48], [0.0, 0.3, 0.0, -0.4, 0.0]),
            FeatureTable(
                "purpose", "category", np.array([]), ("car", "home"), np.array([0.0, 0.1, 0.0, 0.0]), np.zeros(4, np.int64)
            ),
        ),
        (),
    )  # fmt: skip
    return replace(model, conformal=ConformalRule(0.1, "marginal", 0.55, 0.65, 500))


REFERENCE = ReferenceProfile(
    {("credit_score",): 1.1, ("amount",): 0.2, ("term",): 0.0, ("purpose",): 0.05},
    {"credit_score": 720.0, "amount": 3500.0, "term": 24.0, "purpose": "car"},
)


@dataclass
class Lender:
    """An organisation that lends: its parts, and short ways to use them."""

    database: Database
    organization: Organization
    kind: LendingApplicationKind
    decider: Decider
    product: Product

    def proposal(self, inputs: Mapping[str, Any], reference: str | None = None, **more: Any) -> Proposal:
        """Build a proposal for an application."""
        return usecases.build_proposal(
            self.kind.catalogue,
            self.product,
            self.organization.id,
            inputs,
            reference=reference,
            proposed_by="key:test",
            now=self.organization.clock.now(),
            **more,
        )

    def decide(self, inputs: Mapping[str, Any], reference: str | None = None) -> dict[str, Any]:
        """Decide one application and return the record."""
        return self.decider.decide(self.proposal(inputs, reference)).as_dict()

    def decide_many(self, *proposals: Proposal) -> list[Decision | IntendantError]:
        """Decide a batch."""
        return self.decider.decide_many(proposals)

    def state(self, subject_id: object) -> tuple[str, int]:
        """Return state and version of an application as stored."""
        with self.database.transaction(self.organization.id) as tx:
            row = tx.find("select state, version from lending_applications where id = %s", [subject_id])
        assert row is not None
        return row["state"], row["version"]

    def scalar(self, query: str, parameters: list[object] | None = None) -> Any:
        """Return one value from the organisation's rows."""
        with self.database.transaction(self.organization.id) as tx:
            return tx.scalar(query, parameters)

    def set_level(self, level: str) -> None:
        """Set the level of every component."""
        with self.database.system() as tx:
            tx.execute("update components set level = %s where organization_id = %s", [level, self.organization.id])

    def install_model(self, model: AdditiveCreditModel | None = None, **columns: Any) -> UUID:
        """Store a model as champion; `columns` overwrite what its row says."""
        artifact = (model or hand_made_model()).to_bytes()
        now = self.organization.clock.now()
        row: dict[str, Any] = {
            "role": "candidate",
            "algorithm": "additive",
            "artifact": artifact,
            "digest": hashlib.sha256(artifact).digest(),
            "data_digest": b"\x00",
            "validated": True,
            "report": {"reference": REFERENCE.as_dict()},
            "trained_at": now,
            "stale_at": now + timedelta(days=30),
            "by": "test",
            "now": clock.system_now(),
        }
        with self.database.transaction(self.organization.id) as tx:
            stored = repository.insert_model(tx, **(row | columns))
            repository.make_champion(tx, stored["id"])
        model_id: UUID = stored["id"]
        return model_id


def open_lender(database: Database, organization: Organization, *, level: str = "full", model: bool = True) -> Lender:
    """Let an organisation lend by the default policy."""
    registry = Registry([LENDING])
    now = clock.system_now()
    with database.system() as tx:
        install_components(tx, organization.id, registry, organization.clock.at(now))
        install_policies(tx, organization, registry, system_now=now)
        tx.execute("update components set level = %s where organization_id = %s", [level, organization.id])
    kind = registry.kind("lending.application")
    assert isinstance(kind, LendingApplicationKind)
    with database.transaction(organization.id) as tx:
        product = usecases.publish_product(tx, organization, kind.catalogue, parse_product(PRODUCT), author="test")
    lender = Lender(database, organization, kind, Decider(database, registry), product)
    if model:
        lender.install_model()
    return lender

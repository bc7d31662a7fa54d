"""A lender that makes offers: its product with credit terms, and short ways from an approval to the payout."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from intendant.domains.lending import usecases
from intendant.domains.lending.catalogue import parse_product
from intendant.kernel import actions, decisions
from intendant.kernel.gate import Tier
from intendant.kit import clock
from intendant.kit.database import Row
from tests.support.lending import GOOD, PRODUCT, Lender

CREDIT_TERMS: dict[str, Any] = {
    "amounts": {"minimum": "100", "maximum": "500000"},
    "terms": {"minimum": 6, "maximum": 60},
    "rate": {
        "kind": "bands",
        "bands": [
            {"name": "A", "rate": "9.5", "up_to_probability_of_default": "0.1"},
            {"name": "B", "rate": "19", "up_to_probability_of_default": "0.25"},
        ],
    },
    "conditions": [{"key": "identity", "label": "Identity document"}],
    "offer": {"required": True, "valid_days": 14},
    "tranches_max": 3,
}
OFFERED: dict[str, Any] = {**PRODUCT, "credit_terms": CREDIT_TERMS}
"""The lender's product, whose approvals lead to offers."""


@dataclass
class OfferingLender:
    """A lender with short ways through offers and payouts."""

    lender: Lender

    @property
    def id(self) -> UUID:
        """Return the organisation's id."""
        return self.lender.organization.id

    def publish(self, **changes: Any) -> None:
        """Publish the product with changed credit terms; None leaves a part out."""
        terms = {name: value for name, value in {**CREDIT_TERMS, **changes}.items() if value is not None}
        with self.lender.database.transaction(self.id) as tx:
            self.lender.product = usecases.publish_product(
                tx,
                self.lender.organization,
                self.lender.kind.catalogue,
                parse_product({**PRODUCT, "credit_terms": terms}),
                author="test",
            )

    def round(self) -> int:
        """Do the worker's round over what waits."""
        return decisions.decide_waiting(self.lender.decider)

    def approve(self, inputs: Mapping[str, Any] = GOOD, reference: str | None = None) -> UUID:
        """Have an application approved."""
        record = self.lender.decide(inputs, reference)
        assert (record["action"], record["verdict"]) == ("approve", "act"), record
        return UUID(record["subject_id"])

    def offer_of(self, application_id: UUID) -> Row:
        """Return the newest offer of an application."""
        rows = self.rows("select * from offers where application_id = %s order by id desc limit 1", application_id)
        assert rows, "no offer"
        return rows[0]

    def rows(self, query: str, *parameters: object) -> list[Row]:
        """Return rows of the organisation."""
        with self.lender.database.transaction(self.id) as tx:
            return tx.all(query, list(parameters))

    def question(self, subject_id: UUID) -> Row:
        """Return the open question about a subject."""
        rows = self.rows("select * from approvals where subject_id = %s and state = 'open'", subject_id)
        assert len(rows) == 1, rows
        return rows[0]

    def answer(self, subject_id: UUID, answer: Any, **amended: object) -> dict[str, Any]:
        """Answer the open question about a subject and return the record."""
        row = self.question(subject_id)
        given = decisions.GivenAnswer(
            approval_id=row["id"],
            answer=answer,
            digest=bytes(row["digest"]),
            reason="Looked at.",
            by="user:owner",
            tier=Tier.OWNER,
            amended=amended,
        )
        return decisions.answer(self.lender.decider, self.id, given).as_dict()

    def pass_time(self, by: timedelta) -> None:
        """Let business time jump ahead."""
        with self.lender.database.system() as tx:
            tx.execute("update organizations set business_anchor = business_anchor + %s where id = %s", [by, self.id])
            actions_due = "update effects set due_at = due_at - %s where organization_id = %s and state = 'held'"
            tx.execute(actions_due, [by, self.id])

    def settle_payouts(self, settle: Any = None) -> int:
        """Carry out the payouts that are due, each as `settle` says (done by default); return how many."""
        database = self.lender.database
        now = clock.system_now()
        claimed = actions.claim(database, "test", ["payouts"], 10, now)
        settled = [
            actions.done(one, {"provider_id": str(one.effect.id)}) if settle is None else settle(one) for one in claimed
        ]
        assert actions.settle(database, settled, now, specs=self.lender.decider.registry.actions) == []
        return len(claimed)

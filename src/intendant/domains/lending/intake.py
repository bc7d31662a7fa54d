"""Applications that other systems send in, such as by a webhook: from their body to a proposal, by the same form as all others."""

from collections.abc import Mapping
from typing import Any

from intendant.domains.lending import usecases
from intendant.domains.lending.catalogue import Catalogue
from intendant.kernel.organizations import Organization
from intendant.kernel.registry import Proposal
from intendant.kit.database import Transaction
from intendant.kit.errors import Invalid

_FIELDS = frozenset({"product", "reference", "inputs"})


class BodyInvalid(Invalid):
    """A body that is no application."""

    code = "application_body_invalid"


class ApplicationIntake:
    """Builds the proposal of an application: `{product, reference?, inputs}`, as POST /api/v1/lending/applications takes it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def __call__(
        self,
        tx: Transaction,
        organization: Organization,
        body: Mapping[str, Any],
        *,
        proposed_by: str,
        idempotency_key: str,
        body_digest: bytes,
    ) -> Proposal:
        """Return the proposal; raises BodyInvalid, ProductUnknown or ApplicationInvalid with every fault of the inputs."""
        product, inputs = body.get("product"), body.get("inputs")
        if not isinstance(product, str):
            raise BodyInvalid("The application names no product.", field="product", remedy="Map it, or give a value.")
        if not isinstance(inputs, dict):
            raise BodyInvalid("The application has no inputs.", field="inputs", remedy="Give them as an object.")
        unknown = body.keys() - _FIELDS
        if unknown:
            name = min(unknown)[:60]
            raise BodyInvalid(f"'{name}' is not known here.", field=name, remedy="Put what the form asks into inputs.")
        return usecases.build_proposal(
            self._catalogue,
            self._catalogue.latest(tx, product),
            organization.id,
            inputs,
            reference=body.get("reference"),
            proposed_by=proposed_by,
            now=organization.clock.now(),
            idempotency_key=idempotency_key,
            body_digest=body_digest,
        )

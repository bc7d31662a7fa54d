"""What a domain offers to systems outside: a way from a body that came in to a proposal of one of its kinds."""

from collections.abc import Mapping
from typing import Any, Protocol

from intendant.kernel.organizations import Organization
from intendant.kernel.registry._kinds import Proposal
from intendant.kit.database import Transaction


class Intake(Protocol):
    """Builds a proposal, in few queries and writing nothing; raises an error that names the field at fault."""

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
        """Return the proposal that `body` asks for."""
        ...

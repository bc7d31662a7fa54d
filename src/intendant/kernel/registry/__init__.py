"""Registry: what domains declare. Protocols and values only; the one list of domains is in `intendant.bootstrap`."""

from intendant.kernel.registry._kinds import (
    Alternative,
    Answer,
    Context,
    Decided,
    DecisionKind,
    EffectRequest,
    Estimate,
    Proposal,
)
from intendant.kernel.registry._registry import Domain, KindUnknown, Registry

__all__ = [
    "Alternative",
    "Answer",
    "Context",
    "Decided",
    "DecisionKind",
    "Domain",
    "EffectRequest",
    "Estimate",
    "KindUnknown",
    "Proposal",
    "Registry",
]

"""Registry: what domains declare. Protocols and values only; the one list of domains is in `intendant.bootstrap`."""

from intendant.kernel.registry._actions import ActionSpec, EffectCall, Preview, SettledEffect
from intendant.kernel.registry._doors import Doors
from intendant.kernel.registry._intake import Intake
from intendant.kernel.registry._kinds import (
    Alternative,
    Answer,
    Context,
    Decided,
    DecisionKind,
    EffectRequest,
    Estimate,
    Proposal,
    SimilarCase,
)
from intendant.kernel.registry._metrics import Measure, Measured, Metric, Unit
from intendant.kernel.registry._personal import DataClass, Personal, PersonalTable
from intendant.kernel.registry._registry import Domain, KindUnknown, Registry, Round
from intendant.kernel.registry._sources import Source
from intendant.kernel.registry._vocabulary import (
    ActionWord,
    CaseValue,
    Recommendation,
    ValueSource,
    ValueType,
    Vocabulary,
)

__all__ = [
    "ActionSpec",
    "ActionWord",
    "Alternative",
    "Answer",
    "CaseValue",
    "Context",
    "DataClass",
    "Decided",
    "DecisionKind",
    "Domain",
    "Doors",
    "EffectCall",
    "EffectRequest",
    "Estimate",
    "Intake",
    "KindUnknown",
    "Measure",
    "Measured",
    "Metric",
    "Personal",
    "PersonalTable",
    "Preview",
    "Proposal",
    "Recommendation",
    "Registry",
    "Round",
    "SettledEffect",
    "SimilarCase",
    "Source",
    "Unit",
    "ValueSource",
    "ValueType",
    "Vocabulary",
]

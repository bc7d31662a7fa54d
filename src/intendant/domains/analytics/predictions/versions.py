"""Which versions may answer: the little that predictions need of the models."""

from threading import Lock
from typing import Any, Protocol
from uuid import UUID

from intendant.domains.analytics.contract import ALIASES
from intendant.domains.analytics.models import rows
from intendant.kit.database import Transaction
from intendant.kit.errors import Invalid
from intendant.learning.estimators import Model

POSITIVES_KEPT_MAX = 10_000


class ModelUnnamed(Invalid):
    """A request that names no model, or two."""

    code = "prediction_model_unnamed"


class AliasEmpty(rows.VersionUnknown):
    """No version stands under that alias."""

    code = "ai_model_alias_empty"


class Version(Protocol):
    """A version that answers. `share`: of the cases, 0 to 1."""

    @property
    def version_id(self) -> UUID:
        """Return its id."""
        ...

    @property
    def number(self) -> int:
        """Return its number."""
        ...

    @property
    def share(self) -> float:
        """Return the share of the cases that it sees."""
        ...

    @property
    def model(self) -> Model:
        """Return the loaded model."""
        ...


class Standing(Protocol):
    """What answers for a model now."""

    @property
    def model_id(self) -> UUID:
        """Return the model's id."""
        ...

    @property
    def model_name(self) -> str:
        """Return the model's name."""
        ...

    @property
    def champion(self) -> Version | None:
        """Return the version that answers."""
        ...

    @property
    def challenger(self) -> Version | None:
        """Return the version that answers a share of the cases."""
        ...

    @property
    def shadow(self) -> Version | None:
        """Return the version that answers in silence."""
        ...

    def require_champion(self) -> Version:
        """Return the champion, or raise."""
        ...


class Versions(Protocol):
    """Loads versions, and keeps what is loaded."""

    def standing(self, tx: Transaction, organization_id: UUID, model_id: UUID) -> Standing:
        """Say what answers for a model; raises ModelUnknown."""
        ...

    def version(self, tx: Transaction, model_id: UUID, number: int) -> Version:
        """Load one version by its number; raises ModelUnknown or VersionUnknown."""
        ...


def find_model_id(tx: Transaction, model_id: UUID | None, model_name: str | None) -> UUID:
    """Find a model by id or name; raises ModelUnnamed or ModelUnknown."""
    if (model_id is None) == (model_name is None):
        raise ModelUnnamed(
            "One model is asked.", field="model_id", remedy="Give model_id or model_name, one of the two."
        )
    if model_id is not None:
        return model_id
    # No name holds a zero byte, and PostgreSQL takes none.
    found = tx.scalar(
        "select id from ai_models where organization_id = %s and model_name = %s and removed_at is null",
        [tx.organization_id, str(model_name).replace("\0", "\ufffd")],
    )
    if found is None:
        raise rows.ModelUnknown(
            "There is no model of that name.", field="model_name", remedy="List the models to see their names."
        )
    known: UUID = found
    return known


def named_version(tx: Transaction, versions: Versions, standing: Standing, wanted: int | str) -> Version:
    """Return the version that a caller names by number or alias; raises VersionUnknown."""
    if isinstance(wanted, int):
        return versions.version(tx, standing.model_id, wanted)
    found: Version | None = getattr(standing, wanted) if wanted in ALIASES else None
    if found is None:
        raise AliasEmpty(
            f"No version of '{standing.model_name}' is its {wanted[:20]}.",
            field="version",
            remedy=f"Give a version's number, or one of {', '.join(ALIASES)} that is set.",
        )
    return found


class Positives:
    """Of versions of two classes, the one whose probability is told; looked up once for each version, which never changes."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[UUID, str | None] = {}

    def of(self, tx: Transaction, version: Version) -> str | None:
        """Return the positive class of a version; None where it has none."""
        known = self._known
        if version.version_id in known:
            return known[version.version_id]
        found: Any = tx.scalar(
            "select coalesce(reference ->> 'positive', spec ->> 'positive') from ai_model_versions"
            " where organization_id = %s and id = %s",
            [tx.organization_id, version.version_id],
        )
        with self._lock:
            if len(known) >= POSITIVES_KEPT_MAX:
                known.clear()
            known[version.version_id] = found
        positive: str | None = found
        return positive

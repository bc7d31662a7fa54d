"""Which versions answer for a model, held in memory.

The aliases are looked up for every request, so that a deployment or roll-back holds from the next prediction on; what they
name is loaded once for each process and shared by its threads.
"""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog

from intendant.domains.analytics.contract import CHALLENGER, CHAMPION, SHADOW
from intendant.domains.analytics.models import artifacts, rows
from intendant.domains.analytics.models.rows import ModelUnknown
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, IntendantError

if TYPE_CHECKING:
    from intendant.learning.estimators import Model

MODELS_KEPT_MAX = 128

log = structlog.get_logger(__name__)

_STANDING = """
select m.model_type, m.model_name, a.alias, a.share, v.id, v.model_id, v.number, v.algorithm, v.artifact, v.signature
from ai_models m
left join ai_model_aliases a on a.organization_id = m.organization_id and a.model_id = m.id
left join ai_model_versions v on v.organization_id = a.organization_id and v.id = a.version_id
where m.organization_id = %s and m.id = %s and m.removed_at is null
"""


class ModelNotDeployed(Conflict):
    """The model has no champion yet."""

    code = "ai_model_not_deployed"


@dataclass(frozen=True, slots=True)
class ServedVersion:
    """A version that answers. `share` of the cases is a challenger's; 1 for a champion, and a shadow sees its share too."""

    version_id: UUID
    number: int
    algorithm: str
    share: float
    model: "Model"


@dataclass(frozen=True, slots=True)
class Standing:
    """What answers for a model now."""

    model_id: UUID
    model_name: str
    model_type: str
    champion: ServedVersion | None
    challenger: ServedVersion | None
    shadow: ServedVersion | None

    def require_champion(self) -> ServedVersion:
        """Return the champion; raises ModelNotDeployed."""
        if self.champion is None:
            raise ModelNotDeployed(
                f"No version of '{self.model_name}' is deployed.",
                field="model_id",
                remedy="Train it, then deploy a version as champion; or name a version.",
            )
        return self.champion


class Served:
    """The models of one process, shared by its threads. `system` gives the installation's key and its file store."""

    def __init__(self, system: Any) -> None:
        self._system = system
        self._lock = Lock()
        # By all that the signature binds: a row that was changed is checked anew.
        self._models: OrderedDict[tuple[object, ...], Model] = OrderedDict()

    def standing(self, tx: Transaction, organization_id: UUID, model_id: UUID) -> Standing:
        """Say what answers for a model. Raises ModelUnknown, and for a champion that cannot be loaded why."""
        found = tx.all(_STANDING, [organization_id, model_id])
        if not found:
            raise ModelUnknown("There is no such model.", field="model_id", remedy="List the models to see their ids.")
        by_alias = {row["alias"]: row for row in found if row["alias"] is not None}
        champion = by_alias.get(CHAMPION)
        return Standing(
            model_id=model_id,
            model_name=found[0]["model_name"],
            model_type=found[0]["model_type"],
            champion=None if champion is None else self._served(tx, champion, 1.0),
            challenger=self._beside(tx, by_alias.get(CHALLENGER)),
            shadow=self._beside(tx, by_alias.get(SHADOW)),
        )

    def version(self, tx: Transaction, model_id: UUID, number: int) -> ServedVersion:
        """Load a stated version; raises ModelUnknown or VersionUnknown, and what loading raises."""
        rows.get_model(tx, model_id)
        return self._served(tx, rows.get_version(tx, model_id, number), 1.0)

    def _beside(self, tx: Transaction, row: Row | None) -> ServedVersion | None:
        """Load a challenger or shadow; one that cannot be loaded must not keep the champion from answering."""
        if row is None:
            return None
        try:
            return self._served(tx, row, float(row["share"]))
        except IntendantError as error:
            log.error("a version cannot be loaded", model=str(row["model_id"]), alias=row["alias"], code=error.code)
            return None

    def _served(self, tx: Transaction, row: Row, share: float) -> ServedVersion:
        key = (tx.organization_id, row["model_id"], row["number"], bytes(row["artifact"]), bytes(row["signature"]))
        with self._lock:
            model = self._models.get(key)
            if model is not None:
                self._models.move_to_end(key)
        if model is None:
            model = artifacts.load(tx, self._system.signer.public_key(), row, self._system.files)
            with self._lock:
                model = self._models.setdefault(key, model)
                while len(self._models) > MODELS_KEPT_MAX:
                    self._models.popitem(last=False)
        return ServedVersion(row["id"], row["number"], row["algorithm"], share, model)

"""The rows that a model learns from: looked at when it is created, and fixed by digest when it is trained."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from intendant.domains.analytics.datasets.rows import get_columns, get_dataset
from intendant.domains.analytics.models.definition import DataSource
from intendant.kernel.registry import Source
from intendant.kit.database import Transaction
from intendant.kit.errors import NotFound
from intendant.learning.estimators import TrainingSpec


class SourceUnknown(NotFound):
    """No domain declares a table of this name to learn from."""

    code = "training_source_unknown"


@dataclass(frozen=True, slots=True)
class FixedRows:
    """Rows that stay the same: `digest` names them, `dataset_id` the dataset that they were taken from, if one."""

    digest: bytes
    dataset_id: UUID | None
    row_count: int


def columns_of(tx: Transaction, system: Any, source: DataSource) -> list[str]:
    """List the columns that a model may learn from; raises what reading the source raises."""
    if source.dataset_id is not None:
        get_dataset(tx, source.dataset_id)
        return [str(column["name"]) for column in get_columns(tx, source.dataset_id)]
    if source.source is not None:
        return list(find_source(system, source.source).columns)
    raise NotImplementedError


def fix_rows(system: Any, organization_id: UUID, source: DataSource) -> FixedRows:
    """Read a source as it is now and keep its rows by digest, so that a run anew and a later check see the same."""
    if source.dataset_id is not None:
        with system.database.snapshot(organization_id) as tx:
            dataset = get_dataset(tx, source.dataset_id)
        return FixedRows(dataset.digest, dataset.id, dataset.row_count)
    raise NotImplementedError


def find_source(system: Any, name: str) -> Source:
    """Return a table of the record by name; raises SourceUnknown."""
    found: Source | None = system.registry.sources.get(name)
    if found is None:
        known = ", ".join(sorted(system.registry.sources)) or "none"
        raise SourceUnknown(
            f"The record has no table '{name[:100]}'.",
            field="training_data_source.source",
            remedy=f"Its tables are: {known}.",
        )
    return found


def read_rows(system: Any, organization_id: UUID, digest: bytes, spec: TrainingSpec) -> Any:
    """Return fixed rows as a frame, of the columns that a specification looks at."""
    from intendant.domains.analytics.datasets.contents import to_frame
    from intendant.domains.analytics.datasets.frames import read_content

    with system.database.snapshot(organization_id) as tx:
        return to_frame(read_content(tx, system.files, organization_id, digest, _looked_at(spec)))


def _looked_at(spec: TrainingSpec) -> Sequence[str] | None:
    """Return the columns in one order whatever the order of the wish; None for all."""
    if spec.features is None:
        return None
    named = (spec.target, spec.time, spec.group, spec.series, *spec.features, *spec.protected, *spec.exclude)
    return list(dict.fromkeys(name for name in named if name is not None))

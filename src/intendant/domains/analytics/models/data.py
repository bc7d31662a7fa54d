"""The rows that a model learns from: looked at when it is created, and fixed by digest when it is trained."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from intendant.domains.analytics.datasets.querying import preview_query, run_query
from intendant.domains.analytics.datasets.records import RECORD_ROWS_MAX, find_source, read_source
from intendant.domains.analytics.datasets.rows import get_columns, get_dataset
from intendant.domains.analytics.datasets.usecases import REFERENCES
from intendant.domains.analytics.models import repository
from intendant.domains.analytics.models.definition import DataSource
from intendant.kernel import files
from intendant.kit.database import Database, Transaction
from intendant.learning.estimators import TrainingSpec


@dataclass(frozen=True, slots=True)
class FixedRows:
    """Rows that stay the same: `digest` names them, `dataset_id` the dataset that they were taken from, if one."""

    digest: bytes
    dataset_id: UUID | None
    row_count: int


def columns_of(system: Any, organization_id: UUID, source: DataSource) -> list[str]:
    """List the columns that a model may learn from; raises what reading the source raises. Outside any transaction."""
    database: Database = system.database
    if source.dataset_id is not None:
        with database.snapshot(organization_id) as tx:
            get_dataset(tx, source.dataset_id)
            return [str(column["name"]) for column in get_columns(tx, source.dataset_id)]
    if source.source is not None:
        return list(find_source(system.registry, source.source).columns)
    assert source.query is not None  # noqa: S101 - a source is one of three
    return [str(column["name"]) for column in preview_query(system, organization_id, source.query)["columns"]]


def fix_rows(system: Any, organization_id: UUID, model_id: UUID, source: DataSource) -> FixedRows:
    """Read a source as it is now and keep its rows by digest, so that a run anew and a later check see the same.

    The model holds them until its next training, whatever becomes of their dataset meanwhile.

    A dataset counts as it stands: whoever wants fresh rows from where it came refreshes it, or names the query itself.
    """
    database: Database = system.database
    if source.dataset_id is not None:
        with database.transaction(organization_id) as tx:
            # Locked, so that no refresh lets go of the rows before they are held.
            dataset = get_dataset(tx, source.dataset_id, lock=True)
            _hold(tx, model_id, dataset.digest)
        return FixedRows(dataset.digest, dataset.id, dataset.row_count)
    if source.source is not None:
        with database.snapshot(organization_id) as tx:
            prepared = read_source(tx, find_source(system.registry, source.source), RECORD_ROWS_MAX)
    else:
        assert source.query is not None  # noqa: S101 - a source is one of three
        prepared = run_query(system, organization_id, source.query)
    with database.transaction(organization_id) as tx:
        digest = files.put(tx, organization_id, prepared.body, system.files)
        _hold(tx, model_id, digest)
    return FixedRows(digest, None, prepared.row_count)


def _hold(tx: Transaction, model_id: UUID, digest: bytes) -> None:
    """Keep rows for a training, and let go of those of the training before, if it came to nothing."""
    before = repository.hold_rows(tx, model_id, digest)
    if before is not None and before != digest:
        files.release(tx, tx.organization_id, before, REFERENCES)


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

"""Datasets as rows: all SQL that reads and writes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, NotFound

Origin = Literal["upload", "query", "record"]
NAMES_MAX = 10_000
USERS_SHOWN_MAX = 20
_SHOWN = (
    "d.id, d.name, d.description, d.origin, d.query, d.source, d.row_limit, d.digest, d.row_count, d.column_count, d.size,"
    " d.notices, d.revision, d.created_by, d.created_at, d.refreshed_at, d.updated_by, d.updated_at,"
    " d.quarantine->'counts' as quarantined"
)


class DatasetUnknown(NotFound):
    """No such dataset in this organisation, or it was removed."""

    code = "dataset_unknown"


class DatasetNameTaken(Conflict):
    """Another dataset has this name."""

    code = "dataset_name_taken"


class DatasetChanged(Conflict):
    """Somebody else changed the dataset meanwhile."""

    code = "dataset_changed"


@dataclass(frozen=True, slots=True)
class Dataset:
    """A table that models learn from. `digest` names its present rows; a refresh gives another."""

    id: UUID
    name: str
    description: str
    origin: Origin
    query: str | None
    source: str | None
    row_limit: int | None
    digest: bytes
    row_count: int
    column_count: int
    size: int
    notices: Sequence[str]
    revision: int
    created_by: str
    created_at: datetime
    refreshed_at: datetime
    updated_by: str
    updated_at: datetime
    quarantined: Mapping[str, int]


def get_dataset(tx: Transaction, dataset_id: UUID, *, lock: bool = False) -> Dataset:
    """Get one dataset, without its profile, `lock`ed until the transaction ends; raises DatasetUnknown."""
    query = f"select {_SHOWN} from datasets d where d.organization_id = %s and d.id = %s and d.removed_at is null"  # noqa: S608 - constants of this file
    row = tx.find(query + (" for update" if lock else ""), [tx.organization_id, dataset_id])
    if row is None:
        raise DatasetUnknown(
            f"There is no dataset {dataset_id}.",
            field="dataset_id",
            remedy="List the datasets; it may have been removed.",
        )
    return _dataset(row)


def find_named(tx: Transaction, name: str) -> Dataset | None:
    """Return the dataset of a name, None if there is none."""
    row = tx.find(
        f"select {_SHOWN} from datasets d where d.organization_id = %s and lower(d.name) = lower(%s) and d.removed_at is null",  # noqa: S608 - constants of this file
        [tx.organization_id, name],
    )
    return None if row is None else _dataset(row)


def list_datasets(tx: Transaction, *, text: str | None, after: UUID | None, limit: int) -> list[Dataset]:
    """List datasets, newest first; `text` is looked for in name and description."""
    # LIKE's own signs in the text mean themselves.
    pattern = text and "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    rows = tx.all(
        f"select {_SHOWN} from datasets d where d.organization_id = %(organization)s and d.removed_at is null"  # noqa: S608 - constants of this file
        " and (%(pattern)s::text is null or d.name ilike %(pattern)s or d.description ilike %(pattern)s)"
        " and (%(after)s::uuid is null or d.id < %(after)s) order by d.id desc limit %(limit)s",
        {"organization": tx.organization_id, "pattern": pattern, "after": after, "limit": limit},
    )
    return [_dataset(row) for row in rows]


def list_names(tx: Transaction) -> list[str]:
    """List the names of all datasets."""
    rows = tx.all(
        "select name from datasets where organization_id = %s and removed_at is null order by name limit %s",
        [tx.organization_id, NAMES_MAX],
    )
    return [row["name"] for row in rows]


def get_columns(tx: Transaction, dataset_id: UUID) -> list[dict[str, Any]]:
    """Get the profile of each column; empty where there is no such dataset."""
    found = tx.scalar(
        "select columns from datasets where organization_id = %s and id = %s and removed_at is null",
        [tx.organization_id, dataset_id],
    )
    return found or []


def get_quarantine(tx: Transaction, dataset_id: UUID) -> dict[str, Any]:
    """Get the rows that were set aside, with counts and reasons; empty where there is no such dataset."""
    found = tx.scalar(
        "select quarantine from datasets where organization_id = %s and id = %s and removed_at is null",
        [tx.organization_id, dataset_id],
    )
    return found or {}


def insert_dataset(
    tx: Transaction, dataset: Dataset, *, columns: Sequence[Mapping[str, object]], quarantine: Mapping[str, object]
) -> None:
    """Write a new dataset; raises DatasetNameTaken."""
    values: Row = {
        "organization_id": tx.organization_id,
        **{
            name: getattr(dataset, name)
            for name in Dataset.__dataclass_fields__
            if name not in {"notices", "quarantined"}
        },
        "notices": Jsonb(list(dataset.notices)),
        "columns": Jsonb(list(columns)),
        "quarantine": Jsonb(dict(quarantine)),
    }
    places = ", ".join(f"%({name})s" for name in values)
    try:
        tx.execute(f"insert into datasets ({', '.join(values)}) values ({places})", values)  # noqa: S608 - names of our own columns
    except psycopg.errors.UniqueViolation as error:
        raise _taken(dataset.name) from error


def replace_rows(
    tx: Transaction, dataset: Dataset, *, columns: Sequence[Mapping[str, object]], quarantine: Mapping[str, object]
) -> None:
    """Write what a refresh made of a dataset: other rows under the same id."""
    tx.execute(
        "update datasets set digest = %s, row_count = %s, column_count = %s, size = %s, columns = %s, quarantine = %s,"
        " notices = %s, revision = %s, refreshed_at = %s, updated_by = %s, updated_at = %s"
        " where organization_id = %s and id = %s",
        [
            dataset.digest,
            dataset.row_count,
            dataset.column_count,
            dataset.size,
            Jsonb(list(columns)),
            Jsonb(dict(quarantine)),
            Jsonb(list(dataset.notices)),
            dataset.revision,
            dataset.refreshed_at,
            dataset.updated_by,
            dataset.updated_at,
            tx.organization_id,
            dataset.id,
        ],
    )


def describe(tx: Transaction, dataset: Dataset) -> None:
    """Write another name and description; raises DatasetNameTaken."""
    try:
        tx.execute(
            "update datasets set name = %s, description = %s, revision = %s, updated_by = %s, updated_at = %s"
            " where organization_id = %s and id = %s",
            [
                dataset.name,
                dataset.description,
                dataset.revision,
                dataset.updated_by,
                dataset.updated_at,
                tx.organization_id,
                dataset.id,
            ],
        )
    except psycopg.errors.UniqueViolation as error:
        raise _taken(dataset.name) from error


def mark_removed(tx: Transaction, dataset_id: UUID, *, by: str, at: datetime) -> None:
    """Take a dataset out of every list; its row stays, for the models that were trained on it."""
    tx.execute(
        "update datasets set removed_at = %s, updated_at = %s, updated_by = %s where organization_id = %s and id = %s",
        [at, at, by, tx.organization_id, dataset_id],
    )


def list_using_models(tx: Transaction, dataset_id: UUID) -> list[str]:
    """List the names of models that are trained from a dataset and were not removed."""
    rows = tx.all(
        "select model_name from ai_models where organization_id = %s and removed_at is null"
        " and training_data_source->>'dataset_id' = %s order by model_name limit %s",
        [tx.organization_id, str(dataset_id), USERS_SHOWN_MAX],
    )
    return [row["model_name"] for row in rows]


def count_using_models(tx: Transaction, dataset_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Count the models that are trained from each of some datasets; those without any are left out."""
    rows = tx.all(
        "select training_data_source->>'dataset_id' as dataset_id, count(*) as models from ai_models"
        " where organization_id = %s and removed_at is null and training_data_source->>'dataset_id' = any(%s) group by 1",
        [tx.organization_id, [str(each) for each in dataset_ids]],
    )
    return {UUID(row["dataset_id"]): row["models"] for row in rows}


def _dataset(row: Row) -> Dataset:
    return Dataset(**{**row, "digest": bytes(row["digest"]), "quarantined": row["quarantined"] or {}})


def _taken(name: str) -> DatasetNameTaken:
    return DatasetNameTaken(
        f"There is a dataset '{name}' already.",
        field="name",
        remedy="Choose another name, or refresh or remove that one.",
    )

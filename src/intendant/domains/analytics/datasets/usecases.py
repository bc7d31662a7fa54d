"""What people do with datasets, one function per verb. Each act is told by an event, which is an audit leaf too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from intendant.domains.analytics import contract
from intendant.domains.analytics.datasets import rows
from intendant.domains.analytics.datasets.prepared import DatasetInvalid, Prepared
from intendant.domains.analytics.datasets.rows import Dataset, DatasetChanged, DatasetNameTaken, Origin
from intendant.kernel import events, files
from intendant.kernel.access import Permission, Principal
from intendant.kernel.files import FileStore, Reference
from intendant.kernel.organizations import get_organization
from intendant.kit import clock, ids
from intendant.kit.database import Transaction
from intendant.kit.errors import Conflict

NAME_LENGTH_MAX = 63
DESCRIPTION_LENGTH_MAX = 2_000
DATASETS_MAX = 5_000
REFERENCES = (
    Reference("datasets", "digest", "removed_at is null"),
    Reference("ai_model_versions", "artifact"),
    # What a version learnt from is kept while its model is, so that it can be made again.
    Reference(
        "ai_model_versions",
        "data_digest",
        "exists (select from ai_models m where m.organization_id = ai_model_versions.organization_id"
        " and m.id = ai_model_versions.model_id and m.removed_at is null)",
    ),
    # What a training that runs has fixed, though its dataset be refreshed meanwhile.
    Reference("ai_models", "rows_held", "removed_at is null"),
)
"""Who names files: what stands in one of these columns is kept."""


class DatasetInUse(Conflict):
    """Models are trained from the dataset."""

    code = "dataset_in_use"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a dataset is to be called, and where it comes from."""

    name: str
    description: str
    origin: Origin
    query: str | None = None
    source: str | None = None
    row_limit: int | None = None


def add_dataset(
    tx: Transaction,
    by: Principal,
    store: FileStore | None,
    asked: Asked,
    prepared: Prepared,
    *,
    taken_names: Sequence[str] = (),
) -> Dataset:
    """Keep a table under a name; raises DatasetNameTaken. `taken_names` are those of the record's tables."""
    by.require(Permission.AI_CREATE)
    name = check_name(asked.name, taken_names)
    if (
        tx.scalar(
            "select count(*) from datasets where organization_id = %s and removed_at is null", [tx.organization_id]
        )
        >= DATASETS_MAX
    ):
        raise DatasetInvalid(
            f"There are {DATASETS_MAX:,} datasets already.", field="name", remedy="Remove those that are not needed."
        )
    now = clock.system_now()
    dataset = Dataset(
        id=ids.new_id(),
        name=name,
        description=asked.description.strip(),
        origin=asked.origin,
        query=asked.query,
        source=asked.source,
        row_limit=asked.row_limit,
        digest=files.put(tx, tx.organization_id, prepared.body, store),
        row_count=prepared.row_count,
        column_count=len(prepared.columns),
        size=len(prepared.body),
        notices=prepared.notices,
        revision=1,
        created_by=by.label,
        created_at=now,
        refreshed_at=now,
        updated_by=by.label,
        updated_at=now,
        quarantined={},
    )
    rows.insert_dataset(tx, dataset, columns=prepared.columns, quarantine=prepared.quarantine)
    _tell(tx, by, contract.DATASET_ADDED, dataset, {"origin": dataset.origin, "rows": dataset.row_count})
    return rows.get_dataset(tx, dataset.id)


def refresh_dataset(
    tx: Transaction, by: Principal, store: FileStore | None, before: Dataset, prepared: Prepared
) -> Dataset:
    """Replace the rows of a dataset that came from a query or the record. `before` is what was read; raises DatasetChanged."""
    by.require(Permission.AI_UPDATE)
    dataset = rows.get_dataset(tx, before.id, lock=True)
    _require_unchanged(dataset, before.revision)
    now = clock.system_now()
    after = replace(
        dataset,
        digest=files.put(tx, tx.organization_id, prepared.body, store),
        row_count=prepared.row_count,
        column_count=len(prepared.columns),
        size=len(prepared.body),
        notices=prepared.notices,
        revision=dataset.revision + 1,
        refreshed_at=now,
        updated_by=by.label,
        updated_at=now,
    )
    rows.replace_rows(tx, after, columns=prepared.columns, quarantine=prepared.quarantine)
    if after.digest != dataset.digest:
        files.release(tx, tx.organization_id, dataset.digest, REFERENCES)
    _tell(tx, by, contract.DATASET_CHANGED, after, {"change": "refreshed", "rows": after.row_count})
    return rows.get_dataset(tx, dataset.id)


def describe_dataset(
    tx: Transaction,
    by: Principal,
    dataset_id: UUID,
    *,
    name: str | None,
    description: str | None,
    revision: int | None,
    taken_names: Sequence[str] = (),
) -> Dataset:
    """Rename a dataset or describe it anew; `revision` is the one that was seen. Raises DatasetChanged, DatasetNameTaken."""
    by.require(Permission.AI_UPDATE)
    dataset = rows.get_dataset(tx, dataset_id, lock=True)
    if revision is not None:
        _require_unchanged(dataset, revision)
    after = replace(
        dataset,
        name=dataset.name if name is None else check_name(name, taken_names),
        description=dataset.description if description is None else description.strip(),
        revision=dataset.revision + 1,
        updated_by=by.label,
        updated_at=clock.system_now(),
    )
    if (after.name, after.description) == (dataset.name, dataset.description):
        return dataset
    rows.describe(tx, after)
    _tell(tx, by, contract.DATASET_CHANGED, after, {"change": "described", "previous_name": dataset.name})
    return after


def remove_dataset(tx: Transaction, by: Principal, dataset_id: UUID) -> None:
    """Remove a dataset and its rows; what its models recorded of it stays. Raises DatasetInUse while a model is trained from it."""
    by.require(Permission.AI_MANAGE)
    dataset = rows.get_dataset(tx, dataset_id, lock=True)
    using = rows.list_using_models(tx, dataset_id)
    if using:
        raise DatasetInUse(
            f"Models are trained from '{dataset.name}': {', '.join(using)}.",
            field="dataset_id",
            remedy="Remove those models, or give them another dataset.",
            data={"models": using},
        )
    rows.mark_removed(tx, dataset_id, by=by.label, at=clock.system_now())
    files.release(tx, tx.organization_id, dataset.digest, REFERENCES)
    _tell(tx, by, contract.DATASET_REMOVED, dataset, {})


def check_name(name: str, taken_names: Sequence[str] = ()) -> str:
    """Return a name that queries can use as a table's: printable, trimmed, not one of the record's; raises DatasetInvalid."""
    clean = name.strip()
    if not clean or len(clean) > NAME_LENGTH_MAX or not clean.isprintable() or '"' in clean:
        raise DatasetInvalid(
            "A dataset's name is printable text without double quotes.",
            field="name",
            remedy=f"Give 1 to {NAME_LENGTH_MAX} characters, such as 'orders 2025'.",
        )
    if clean.lower() in {each.lower() for each in taken_names}:
        raise DatasetNameTaken(
            f"'{clean}' is the name of a table of the record.", field="name", remedy="Choose another name."
        )
    return clean


def _require_unchanged(dataset: Dataset, revision: int) -> None:
    if dataset.revision != revision:
        raise DatasetChanged(
            f"'{dataset.name}' was changed by {dataset.updated_by} meanwhile.",
            field="revision",
            remedy="Read it again and repeat the change.",
            data={"revision": dataset.revision},
        )


def _tell(tx: Transaction, by: Principal, name: str, dataset: Dataset, body: Mapping[str, object]) -> None:
    organization = get_organization(tx, tx.organization_id)
    now = clock.system_now()
    event = events.Event(
        organization_id=organization.id,
        name=name,
        subject=f"dataset:{dataset.id}",
        body={"dataset_id": dataset.id, "name": dataset.name, "digest": dataset.digest.hex(), **body},
        at=organization.clock.at(now),
        recorded_at=now,
        actor=by.label,
    )
    events.emit(tx, [event])

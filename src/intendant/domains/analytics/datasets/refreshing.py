"""Read a dataset's rows anew from where they came: its query or its table of the record."""

from typing import Any
from uuid import UUID

from intendant.domains.analytics.datasets.prepared import Prepared
from intendant.domains.analytics.datasets.querying import run_query
from intendant.domains.analytics.datasets.records import RECORD_ROWS_MAX, find_source, read_source
from intendant.domains.analytics.datasets.rows import Dataset
from intendant.kit.errors import Conflict


class DatasetNotRefreshable(Conflict):
    """The dataset was uploaded: there is nowhere to read it again from."""

    code = "dataset_not_refreshable"


def read_again(system: Any, organization_id: UUID, dataset: Dataset) -> Prepared:
    """Return what a dataset's query or table of the record holds now; raises DatasetNotRefreshable."""
    if dataset.origin == "query" and dataset.query is not None:
        return run_query(system, organization_id, dataset.query)
    if dataset.origin == "record" and dataset.source is not None:
        with system.database.snapshot(organization_id) as tx:
            source = find_source(system.registry, dataset.source)
            return read_source(tx, source, dataset.row_limit or RECORD_ROWS_MAX)
    raise DatasetNotRefreshable(
        f"'{dataset.name}' was uploaded, so it cannot be read again.",
        field="dataset_id",
        remedy="Upload the new file as another dataset.",
    )

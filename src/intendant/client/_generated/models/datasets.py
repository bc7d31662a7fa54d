"""Models of datasets. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from typing import Literal

from intendant.client._model import Model


class Bins(Model):
    """How many values lie where: bins of equal width from `low` to `high`; values beyond are in the first and
    the last.
    """

    counts: list[int]
    high: float
    low: float


class ColumnView(Model):
    """What a column looks like, over all rows. `missing` is a share; `quantiles` are p05, p25, p50, p75 and p95."""

    bins: Bins | None = None
    deviation: float | None = None
    distinct: int
    longest: int | None = None
    looks_like_id: bool = False
    max: float | str | None = None
    mean: float | None = None
    min: float | str | None = None
    missing: float
    name: str
    quantiles: dict[str, float] | None = None
    top: list[TopValue] | None = None
    type: Literal["numeric", "category", "boolean", "time", "text"]
    whole: bool | None = None


class DatasetListed(Model):
    """A dataset in the list, with how many models are trained from it."""

    column_count: int
    created_at: datetime.datetime
    created_by: str
    dataset_id: uuid.UUID
    description: str
    digest: str
    model_count: int
    name: str
    notices: list[str]
    origin: Literal["upload", "query", "record"]
    quarantined: dict[str, int]
    quarantined_rows: int
    query: str | None
    refreshed_at: datetime.datetime
    revision: int
    row_count: int
    row_limit: int | None
    size_bytes: int
    source: str | None
    updated_at: datetime.datetime
    updated_by: str


class DatasetPage(Model):
    """Some datasets, and where the rest begins."""

    items: list[DatasetListed]
    next: str | None = None


class DatasetView(Model):
    """A dataset with the profile of its columns, and the models that are trained from it."""

    column_count: int
    columns: list[ColumnView]
    created_at: datetime.datetime
    created_by: str
    dataset_id: uuid.UUID
    description: str
    digest: str
    models: list[str]
    name: str
    notices: list[str]
    origin: Literal["upload", "query", "record"]
    quarantined: dict[str, int]
    quarantined_rows: int
    query: str | None
    refreshed_at: datetime.datetime
    revision: int
    row_count: int
    row_limit: int | None
    size_bytes: int
    source: str | None
    updated_at: datetime.datetime
    updated_by: str


class DescriptionBody(Model):
    """Another name or description. `revision` is the one that was seen; null for whatever it is by now."""

    description: str | None = None
    name: str | None = None
    revision: int | None = None


class PreviewBody(Model):
    """A query whose first rows are shown."""

    sql: str


class PreviewColumn(Model):
    """A column of a query's answer."""

    name: str
    type: Literal["numeric", "boolean", "time", "text"]


class QuarantineView(Model):
    """What was set aside: `counts` all of it by reason, `rows` the first of it. Accepted and quarantined are all
    of the file.
    """

    counts: dict[str, int]
    rows: list[QuarantinedRowView]
    rows_accepted: int
    rows_in_file: int
    rows_quarantined: int


class QuarantinedRowView(Model):
    """A row that was set aside: where it stands in the file, why, and how it begins."""

    explanation: str
    number: int
    reason: str
    text: str


class QueryBody(Model):
    """A query whose answer is kept as a dataset."""

    description: str = ""
    name: str
    sql: str


class QueryPreview(Model):
    """The first rows of a query's answer; `more` says that there are others. `tables` are those that it read."""

    columns: list[PreviewColumn]
    milliseconds: float
    more: bool
    rows: list[list[str | float | bool | None]]
    tables: list[str]


class RecordBody(Model):
    """A table of the record of which the newest rows are kept as a dataset."""

    description: str = ""
    limit: int = 1000000
    name: str
    source: str


class RowsPage(Model):
    """Some rows, each a list in the order of `columns`. `next` is the number of rows before the next page."""

    columns: list[str]
    next: str | None
    row_count: int
    rows: list[list[str | float | bool | None]]


class SourceColumn(Model):
    """A column of a table of the record."""

    name: str
    type: Literal["text", "number", "boolean", "time"]


class SourceList(Model):
    """All tables of the record."""

    items: list[SourceView]


class SourceView(Model):
    """A table of the record; `why` says what a row of it is."""

    columns: list[SourceColumn]
    name: str
    why: str


class TopValue(Model):
    """A frequent value and how many rows have it."""

    count: int
    value: str | float | bool | None

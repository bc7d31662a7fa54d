"""What the routes of datasets take and give."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from intendant.domains.analytics.datasets.querying import QUERY_LENGTH_MAX
from intendant.domains.analytics.datasets.records import RECORD_ROWS_MAX
from intendant.domains.analytics.datasets.usecases import DESCRIPTION_LENGTH_MAX, NAME_LENGTH_MAX

Name = Annotated[str, Field(min_length=1, max_length=NAME_LENGTH_MAX, description="Queries use it as a table's name.")]
Description = Annotated[str, Field(max_length=DESCRIPTION_LENGTH_MAX)]
Sql = Annotated[
    str,
    Field(
        min_length=1,
        max_length=QUERY_LENGTH_MAX,
        description="One SELECT in DuckDB's SQL, over datasets and tables of the record by their names.",
    ),
]
Cell = str | float | bool | None


class Body(BaseModel):
    """A body: a field that it does not know is an error, not ignored."""

    model_config = ConfigDict(extra="forbid")


class QueryBody(Body):
    """A query whose answer is kept as a dataset."""

    name: Name
    sql: Sql
    description: Description = ""


class PreviewBody(Body):
    """A query whose first rows are shown."""

    sql: Sql


class RecordBody(Body):
    """A table of the record of which the newest rows are kept as a dataset."""

    name: Name
    source: Annotated[str, Field(min_length=1, max_length=200)]
    limit: Annotated[int, Field(ge=1, le=RECORD_ROWS_MAX)] = RECORD_ROWS_MAX
    description: Description = ""


class DescriptionBody(Body):
    """Another name or description. `revision` is the one that was seen; null for whatever it is by now."""

    name: Name | None = None
    description: Description | None = None
    revision: Annotated[int | None, Field(ge=1)] = None


class UploadFields(Body):
    """What may be said of a file that is uploaded."""

    name: Name
    description: Description = ""
    delimiter: Annotated[str | None, Field(min_length=1, max_length=1)] = None
    day_first: bool | None = None
    header: bool | None = None


class TopValue(BaseModel):
    """A frequent value and how many rows have it."""

    value: Cell
    count: int


class Bins(BaseModel):
    """How many values lie where: bins of equal width from `low` to `high`; values beyond are in the first and the last."""

    low: float
    high: float
    counts: list[int]


class ColumnView(BaseModel):
    """What a column looks like, over all rows. `missing` is a share; `quantiles` are p05, p25, p50, p75 and p95."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    type: Literal["numeric", "category", "boolean", "time", "text"]
    missing: float
    distinct: int
    min: float | str | None = None
    max: float | str | None = None
    mean: float | None = None
    deviation: float | None = None
    quantiles: dict[str, float] | None = None
    whole: bool | None = None
    longest: int | None = None
    bins: Bins | None = None
    top: list[TopValue] = []
    looks_like_id: bool = False


class DatasetRow(BaseModel):
    """A dataset in a list. `source` is the uploaded file's name, or the table of the record; `digest` names its present rows."""

    dataset_id: UUID
    name: str
    description: str
    origin: Literal["upload", "query", "record"]
    query: str | None
    source: str | None
    row_limit: int | None
    digest: str
    row_count: int
    column_count: int
    size_bytes: int
    notices: list[str]
    quarantined: dict[str, int]
    quarantined_rows: int
    revision: int
    created_by: str
    created_at: datetime
    refreshed_at: datetime
    updated_by: str
    updated_at: datetime


class DatasetListed(DatasetRow):
    """A dataset in the list, with how many models are trained from it."""

    model_count: int


class DatasetView(DatasetRow):
    """A dataset with the profile of its columns, and the models that are trained from it."""

    columns: list[ColumnView]
    models: list[str]


class DatasetPage(BaseModel):
    """Some datasets, and where the rest begins."""

    items: list[DatasetListed]
    next: str | None = None


class RowsPage(BaseModel):
    """Some rows, each a list in the order of `columns`. `next` is the number of rows before the next page."""

    columns: list[str]
    rows: list[list[Cell]]
    row_count: int
    next: str | None


class QuarantinedRowView(BaseModel):
    """A row that was set aside: where it stands in the file, why, and how it begins."""

    number: int
    reason: str
    explanation: str
    text: str


class QuarantineView(BaseModel):
    """What was set aside: `counts` all of it by reason, `rows` the first of it. Accepted and quarantined are all of the file."""

    rows_in_file: int
    rows_accepted: int
    rows_quarantined: int
    counts: dict[str, int]
    rows: list[QuarantinedRowView]


class SourceColumn(BaseModel):
    """A column of a table of the record."""

    name: str
    type: Literal["text", "number", "boolean", "time"]


class SourceView(BaseModel):
    """A table of the record; `why` says what a row of it is."""

    name: str
    why: str
    columns: list[SourceColumn]


class SourceList(BaseModel):
    """All tables of the record."""

    items: list[SourceView]


class PreviewColumn(BaseModel):
    """A column of a query's answer."""

    name: str
    type: Literal["numeric", "boolean", "time", "text"]


class QueryPreview(BaseModel):
    """The first rows of a query's answer; `more` says that there are others. `tables` are those that it read."""

    columns: list[PreviewColumn]
    rows: list[list[Cell]]
    more: bool
    tables: list[str]
    milliseconds: float


def show_row(dataset: Any, model_count: int) -> DatasetListed:
    """Show a dataset in a list."""
    return DatasetListed(**_fields(dataset), model_count=model_count)


def show_dataset(dataset: Any, columns: list[dict[str, Any]], models: list[str]) -> DatasetView:
    """Show a dataset with its profile."""
    return DatasetView(**_fields(dataset), columns=[ColumnView(**each) for each in columns], models=models)


def _fields(dataset: Any) -> dict[str, Any]:
    return {
        "dataset_id": dataset.id,
        "digest": dataset.digest.hex(),
        "size_bytes": dataset.size,
        "quarantined_rows": sum(dataset.quarantined.values()),
        "notices": list(dataset.notices),
        **{
            name: getattr(dataset, name)
            for name in (
                "name", "description", "origin", "query", "source", "row_limit", "row_count", "column_count",
                "quarantined", "revision", "created_by", "created_at", "refreshed_at", "updated_by", "updated_at",
            )
        },
    }  # fmt: skip

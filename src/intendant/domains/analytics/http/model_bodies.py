"""What the routes of models take. Names of fields are those that the hub's documentation promises."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from intendant.domains.analytics.models.definition import (
    NAME_LENGTH_MAX,
    DataSource,
    Definition,
    Options,
)
from intendant.learning.estimators import Effort, Task

COLUMNS_MAX = 10_000
COLUMN_LENGTH_MAX = 500
QUERY_LENGTH_MAX = 20_000
REASON_LENGTH_MAX = 2_000
PARAMETER_MAX = 2**53
"""Beyond it whole numbers are not kept exactly by everybody who reads JSON."""

Column = Annotated[str, Field(min_length=1, max_length=COLUMN_LENGTH_MAX)]
Columns = Annotated[list[Column], Field(max_length=COLUMNS_MAX)]
Reason = Annotated[str, Field(min_length=3, max_length=REASON_LENGTH_MAX)]


class Body(BaseModel):
    """A body: a field that it does not know is an error, not ignored."""

    model_config = ConfigDict(extra="forbid", protected_namespaces=())


class TrainingDataSource(Body):
    """Where a model learns from: one of a dataset, a table of the record by its name, and a query over both."""

    dataset_id: UUID | None = None
    source: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    query: Annotated[str | None, Field(min_length=1, max_length=QUERY_LENGTH_MAX)] = None


class ModelBody(Body):
    """A model as it is wished for. `feature_columns` null: every column that can be learnt from."""

    model_name: Annotated[str, Field(min_length=1, max_length=NAME_LENGTH_MAX)]
    model_type: Task
    algorithm: Annotated[str, Field(min_length=1, max_length=60)] = "auto"
    feature_columns: Columns | None = None
    target_column: Column | None = None
    description: Annotated[str, Field(max_length=5_000)] = ""
    training_data_source: TrainingDataSource
    retraining_frequency_days: Annotated[int | None, Field(ge=1, le=3_650)] = None
    time_column: Column | None = None
    group_column: Column | None = None
    series_column: Column | None = None
    horizon: Annotated[int | None, Field(ge=1, le=1_000)] = None
    protected_columns: Columns = []
    exclude: Columns = []
    positive: Annotated[str | None, Field(max_length=200)] = None
    monotone: Annotated[dict[Column, Literal[-1, 0, 1]], Field(max_length=COLUMNS_MAX)] = {}
    coverage: Annotated[float, Field(ge=0.5, le=0.995)] = 0.9
    parameters: Annotated[
        dict[
            Annotated[str, Field(max_length=60)],
            bool
            | Annotated[int, Field(ge=-PARAMETER_MAX, le=PARAMETER_MAX)]
            | Annotated[float, Field(allow_inf_nan=False)]
            | Annotated[str, Field(max_length=200)],
        ],
        Field(max_length=50),
    ] = {}
    effort: Effort = "quick"
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    allow_suspicious: Columns = []
    deploy_when_validated: bool = False

    def definition(self) -> Definition:
        """Return the model as the domain knows it; raises SourceInvalid."""
        return Definition(
            model_name=self.model_name.strip(),
            model_type=self.model_type,
            algorithm=self.algorithm,
            feature_columns=None if self.feature_columns is None else tuple(self.feature_columns),
            target_column=self.target_column,
            description=self.description,
            source=DataSource(**self.training_data_source.model_dump()),
            retraining_frequency_days=self.retraining_frequency_days,
            options=Options(
                time_column=self.time_column,
                group_column=self.group_column,
                series_column=self.series_column,
                horizon=self.horizon,
                protected_columns=tuple(self.protected_columns),
                exclude=tuple(self.exclude),
                positive=self.positive,
                monotone=dict(self.monotone),
                coverage=self.coverage,
                parameters=dict(self.parameters),
                effort=self.effort,
                seed=self.seed,
                allow_suspicious=tuple(self.allow_suspicious),
            ),
            deploy_when_validated=self.deploy_when_validated,
        )


class ModelUpdateBody(ModelBody):
    """A model as it shall be from now on, whole; `revision` is the one that was read."""

    revision: Annotated[int, Field(ge=1, le=2**31 - 1)]


class TrainBody(Body):
    """A wish that a model be trained. `deploy_when_validated` null: as the model says."""

    why: Annotated[str, Field(max_length=REASON_LENGTH_MAX)] = ""
    deploy_when_validated: bool | None = None


class DeployBody(Body):
    """A wish that a version answers. `share`: of the cases that a challenger answers, or a shadow sees."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]
    alias: Literal["champion", "challenger", "shadow"] = "champion"
    share: Annotated[float, Field(gt=0, le=1)] | None = None
    reason: Reason
    accept_unvalidated: bool = False


class RollbackBody(Body):
    """A wish that the champion before answers again."""

    reason: Reason

"""What a model is to learn, as a person wishes it: pure values, checked against the columns of the table it learns from."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any
from uuid import UUID

from intendant.kit.errors import Invalid
from intendant.learning.estimators import Effort, Task, TrainingInvalid, TrainingSpec, algorithm_names

NAME_LENGTH_MAX = 200
TARGETED: frozenset[Task] = frozenset({"classification", "regression", "forecasting"})
NEEDS_TIME: frozenset[Task] = frozenset({"forecasting"})
NAMED_COLUMNS_MAX = 10
"""As many columns an error names."""


class SourceInvalid(Invalid):
    """A training data source that is none, or several at once."""

    code = "training_source_invalid"


@dataclass(frozen=True, slots=True)
class DataSource:
    """Where a model learns from: exactly one of a dataset, a table of the record, and a query over both."""

    dataset_id: UUID | None = None
    source: str | None = None
    query: str | None = None

    def __post_init__(self) -> None:
        if sum(each is not None for each in (self.dataset_id, self.source, self.query)) != 1:
            raise SourceInvalid(
                "A model learns from exactly one place.",
                field="training_data_source",
                remedy="Give one of dataset_id, source and query.",
            )

    def as_dict(self) -> dict[str, str]:
        """Return the one thing that was given, for JSON."""
        return {name: str(value) for name, value in asdict(self).items() if value is not None}


def source_from(stored: Mapping[str, str]) -> DataSource:
    """Read a source as `as_dict` wrote it."""
    dataset_id = stored.get("dataset_id")
    return DataSource(
        None if dataset_id is None else UUID(dataset_id), source=stored.get("source"), query=stored.get("query")
    )


@dataclass(frozen=True, slots=True)
class Options:
    """How a model is trained, beyond what it learns. `positive`: the class whose probability is told, of two."""

    time_column: str | None = None
    group_column: str | None = None
    series_column: str | None = None
    horizon: int | None = None
    protected_columns: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    positive: str | None = None
    monotone: Mapping[str, int] = field(default_factory=dict)
    coverage: float = 0.9
    parameters: Mapping[str, float | int | str | bool] = field(default_factory=dict)
    effort: Effort = "quick"
    seed: int = 0
    allow_suspicious: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the options as plain data for JSON."""
        return asdict(self)


def options_from(stored: Mapping[str, Any]) -> Options:
    """Read options as `as_dict` wrote them; what is not said has its default."""
    known = {each.name for each in fields(Options)}
    lists = {"protected_columns", "exclude", "allow_suspicious"}
    given: dict[str, Any] = {
        name: tuple(value) if name in lists else value for name, value in stored.items() if name in known
    }
    return Options(**given)


@dataclass(frozen=True, slots=True)
class Definition:
    """A model as it is wished for."""

    model_name: str
    model_type: Task
    algorithm: str
    feature_columns: tuple[str, ...] | None
    target_column: str | None
    description: str
    source: DataSource
    retraining_frequency_days: int | None
    options: Options
    deploy_when_validated: bool = False

    @property
    def spec(self) -> TrainingSpec:
        """Return what the estimators are asked for."""
        options = self.options
        return TrainingSpec(
            task=self.model_type,
            algorithm=self.algorithm,
            target=self.target_column,
            features=self.feature_columns,
            exclude=options.exclude,
            time=options.time_column,
            group=options.group_column,
            series=options.series_column,
            horizon=options.horizon,
            protected=options.protected_columns,
            positive=options.positive,
            monotone=dict(options.monotone),
            allow_suspicious=options.allow_suspicious,
            coverage=options.coverage,
            parameters=dict(options.parameters),
            effort=options.effort,
            seed=options.seed,
        )


def spec_from(stored: Mapping[str, Any]) -> TrainingSpec:
    """Read a specification as a version keeps it."""
    lists = {"features", "exclude", "protected", "allow_suspicious"}
    given: dict[str, Any] = {
        name: tuple(value) if name in lists and value is not None else value for name, value in stored.items()
    }
    return TrainingSpec(**given)


def check(definition: Definition, columns: Iterable[str]) -> None:
    """Check a definition against its table's columns; raises TrainingInvalid, which names the field."""
    known = list(columns)
    _check_shape(definition)
    _check_columns(definition, frozenset(known), known)
    _check_roles(definition)


def _check_shape(definition: Definition) -> None:
    names = algorithm_names(definition.model_type)
    if definition.algorithm != "auto" and definition.algorithm not in names:
        raise TrainingInvalid(
            f"There is no algorithm '{definition.algorithm[:60]}' for {definition.model_type}.",
            field="algorithm",
            remedy=f"Use auto or one of {', '.join(names)}.",
        )
    if definition.target_column is None and definition.model_type in TARGETED:
        raise TrainingInvalid(
            f"A model for {definition.model_type} learns to tell a column, and none is named.",
            field="target_column",
            remedy="Name the column that is to be told.",
        )
    if definition.target_column is not None and definition.model_type not in TARGETED:
        raise TrainingInvalid(
            f"A model for {definition.model_type} has no target.",
            field="target_column",
            remedy="Leave target_column out.",
        )
    if definition.options.time_column is None and definition.model_type in NEEDS_TIME:
        raise TrainingInvalid(
            "A forecast needs to know when each row happened.",
            field="time_column",
            remedy="Name the column of the date or time.",
        )


def _check_columns(definition: Definition, known: frozenset[str], ordered: list[str]) -> None:
    options = definition.options
    named: list[tuple[str, Iterable[str | None]]] = [
        ("target_column", (definition.target_column,)),
        ("feature_columns", definition.feature_columns or ()),
        ("time_column", (options.time_column,)),
        ("group_column", (options.group_column,)),
        ("series_column", (options.series_column,)),
        ("protected_columns", options.protected_columns),
        ("exclude", options.exclude),
        ("monotone", options.monotone),
        ("allow_suspicious", options.allow_suspicious),
    ]
    for place, names in named:
        for name in names:
            if name is not None and name not in known:
                some = ", ".join(ordered[:NAMED_COLUMNS_MAX])
                more = f" and {len(ordered) - NAMED_COLUMNS_MAX:,} more" if len(ordered) > NAMED_COLUMNS_MAX else ""
                raise TrainingInvalid(
                    f"The data has no column '{name[:120]}'.", field=place, remedy=f"Its columns are {some}{more}."
                )


def _check_roles(definition: Definition) -> None:
    options = definition.options
    features = definition.feature_columns
    if features is not None:
        taken = {
            definition.target_column: "is the target",
            options.group_column: "says which rows belong together",
        } | dict.fromkeys(options.protected_columns, "is protected, and may be looked at for fairness only")
        for name in features:
            if name in taken:
                raise TrainingInvalid(
                    f"'{name}' {taken[name]}, so it is no feature.",
                    field="feature_columns",
                    remedy="Leave it out of feature_columns.",
                )
        if len(set(features)) != len(features):
            raise TrainingInvalid("A feature is named twice.", field="feature_columns", remedy="Name each column once.")
        if not features and definition.model_type != "forecasting":
            raise TrainingInvalid(
                "No feature is named.", field="feature_columns", remedy="Name some, or leave the list out to use all."
            )
    if definition.target_column is not None and definition.target_column in options.exclude:
        raise TrainingInvalid("The target is excluded.", field="exclude", remedy="Leave the target out of exclude.")
    for name, direction in options.monotone.items():
        if direction not in (-1, 0, 1):
            raise TrainingInvalid(
                f"'{name}' can rise (1) or fall (-1) with the target.", field="monotone", remedy="Use 1 or -1."
            )

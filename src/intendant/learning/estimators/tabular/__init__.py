"""Models of a table: classes and numbers, by four algorithms that share one honest training; and how its columns are read."""

from intendant.learning.estimators.tabular._additive import fit_glass_box
from intendant.learning.estimators.tabular._choosing_columns import candidate_names, features_of, find_form
from intendant.learning.estimators.tabular._columns import Column, encode, numbers_of, read_dates
from intendant.learning.estimators.tabular._copies import bundle_copies
from intendant.learning.estimators.tabular._linear import fit_linear
from intendant.learning.estimators.tabular._metrics import class_metrics, number_metrics
from intendant.learning.estimators.tabular._model import FEATURE_COUNT_MAX, TabularModel, read_column
from intendant.learning.estimators.tabular._split import deal_folds, number_groups
from intendant.learning.estimators.tabular._target import Target, read_target
from intendant.learning.estimators.tabular._training import Tabular
from intendant.learning.estimators.tabular._trees import FOREST_DEPTH, FOREST_TREE_COUNT, fit_boosting, fit_forest

ADDITIVE = Tabular(
    name="additive",
    tasks=("classification", "regression"),
    why="A glass box: one table of scores per feature, exact reasons, as accurate as boosted trees on most tables.",
    parameters={},
    fit=fit_glass_box,
    names={},
    bounds={},
)
LINEAR = Tabular(
    name="linear",
    tasks=("classification", "regression"),
    why="The plainest: a weight per feature; hard to beat on small tables, and quick.",
    parameters={"strength": 0.0},
    fit=fit_linear,
    names={"classification": "logistic"},
    bounds={"strength": (0.0, 1e6)},
    keeps_promises=False,
)
GRADIENT_BOOSTING = Tabular(
    name="gradient_boosting",
    tasks=("classification", "regression"),
    why="Boosted trees: finds deep interactions, for larger tables.",
    parameters={"rounds": 600, "depth": 4, "learning_rate": 0.06},
    fit=fit_boosting,
    names={},
    bounds={"rounds": (1, 5_000), "depth": (1, 12), "learning_rate": (0.001, 1.0)},
)
RANDOM_FOREST = Tabular(
    name="random_forest",
    tasks=("classification", "regression"),
    why="Many deep trees averaged: robust without tuning.",
    parameters={"trees": FOREST_TREE_COUNT, "depth": FOREST_DEPTH},
    fit=fit_forest,
    names={},
    bounds={"trees": (10, 500), "depth": (2, 16)},
)

__all__ = [
    "ADDITIVE",
    "FEATURE_COUNT_MAX",
    "GRADIENT_BOOSTING",
    "LINEAR",
    "RANDOM_FOREST",
    "Column",
    "Tabular",
    "TabularModel",
    "Target",
    "bundle_copies",
    "candidate_names",
    "class_metrics",
    "deal_folds",
    "encode",
    "features_of",
    "find_form",
    "number_groups",
    "number_metrics",
    "numbers_of",
    "read_column",
    "read_dates",
    "read_target",
]

"""Trees by xgboost: boosted one after the other, or a forest side by side; stored as xgboost's own JSON, checked on reading."""

import json
import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from intendant.learning.estimators._contract import Floats
from intendant.learning.estimators.tabular._problem import Core, Problem
from intendant.learning.estimators.tabular.plain import decode_bytes, encode_bytes, invalid

WORKER_COUNT = 2
CELL_COUNT_ALONE_MAX = 1_000_000  # below, threads wait for each other longer than they work, above all on busy cores
PREDICTED_ALONE_MAX = 20_000
ONE_BY_ONE_LEVEL_COUNT_MAX = 8  # categories up to here are split one against the rest
STOPPING_SHARE = 0.15
EARLY_STOPPING_ROUNDS = 30
STOPPING_PARTS_ROW_COUNT_MAX = 20_000  # below, how many rounds to boost is found on several parts
REFIT_ROW_COUNT_MAX = 60_000
MANY_ROW_COUNT = 50_000
TREE_COUNT_MAX = 20_000
NODE_COUNT_MAX = 10_000_000
FOREST_TREE_COUNT = 80
FOREST_DEPTH = 12


class Trees:
    """A booster. Immutable after it was made; xgboost predicts in many threads at once."""

    def __init__(self, document: bytes, heads: int, feature_count: int, categories: Sequence[bool], *, deep: bool):
        """Read xgboost's JSON, which was checked or comes from training."""
        import xgboost

        self._document = document
        self._heads = heads
        self._categories = tuple(categories)
        self._feature_count = feature_count
        self._deep = deep
        self._booster = xgboost.Booster(params={"nthread": WORKER_COUNT, "verbosity": 0})
        self._booster.load_model(bytearray(document))
        self._single = xgboost.Booster(params={"nthread": 1, "verbosity": 0})
        self._single.load_model(bytearray(document))
        self.base = self._base_score()

    def raw(self, matrix: Floats) -> Floats:
        """Return margins, shape (n, heads)."""
        narrow = np.ascontiguousarray(matrix, dtype=np.float32)
        booster = self._single if len(narrow) < PREDICTED_ALONE_MAX else self._booster
        margins = np.asarray(booster.inplace_predict(narrow, predict_type="margin"), dtype=np.float64)
        return margins.reshape(len(narrow), self._heads)

    def contributions(self, matrix: Floats, heads: Any) -> Floats:
        """Return SHAP values of one head's margin (of a deep forest: the path's own, which are quick)."""
        import xgboost

        data = xgboost.DMatrix(
            np.ascontiguousarray(matrix, dtype=np.float32),
            feature_types=self._kinds,
            enable_categorical=True,
            nthread=1,
        )
        parts = np.asarray(self._single.predict(data, pred_contribs=True, approx_contribs=self._deep), dtype=np.float64)
        if parts.ndim == 3:
            parts = parts[np.arange(len(parts)), heads]
        return parts[:, :-1]

    def to_plain(self) -> dict[str, Any]:
        """Return the document, compressed."""
        return {
            "kind": "trees",
            "deep": self._deep,
            "heads": self._heads,
            "categories": list(self._categories),
            "document": encode_bytes(self._document),
        }

    @classmethod
    def from_plain(cls, body: Any, *, feature_count: int, heads: int) -> "Trees":
        """Read what `to_plain` wrote, after looking at every tree."""
        document = decode_bytes(body["document"])
        categories = body["categories"]
        if body["heads"] != heads or len(categories) != feature_count:
            raise invalid("its trees do not fit its features")
        _check(json.loads(document), feature_count, heads)
        return cls(document, heads, feature_count, [bool(entry) for entry in categories], deep=bool(body["deep"]))

    @cached_property
    def _kinds(self) -> list[str]:
        return ["c" if entry else "q" for entry in self._categories]

    def _base_score(self) -> float:
        empty = np.full((1, self._feature_count), np.nan)
        return float(self.raw(empty).mean())


def fit_boosting(matrix: Floats, target: Floats, problem: Problem) -> Core:
    """Fit boosted trees; how many is found on rows kept from them, then they are fitted on all rows."""
    parameters = _parameters(problem, matrix) | {
        "learning_rate": float(problem.parameters["learning_rate"]) * _pace(problem, target.size),
        "max_depth": int(problem.parameters["depth"]),
        "min_child_weight": 5 if not problem.is_regression else 8,
        "subsample": 0.8,
        "colsample_bytree": 0.7,
        "reg_lambda": 3.0,
        "max_bin": 128,
    }
    round_count_max = int(problem.parameters["rounds"]) * (1 if problem.effort == "quick" else 3)
    part_count = 3 if target.size <= STOPPING_PARTS_ROW_COUNT_MAX else 1
    order = np.random.default_rng(problem.seed).permutation(target.size)
    held_count = max(1, int(target.size * STOPPING_SHARE))
    found, booster = [], None
    for part in range(part_count):
        held = order[part * held_count : (part + 1) * held_count]
        kept = np.setdiff1d(order, held)
        booster = _train(parameters, problem, matrix, target, kept, round_count_max, held)
        found.append(int(booster.best_iteration) + 1)
    rounds = max(1, math.ceil(float(np.mean(found)) * (1.0 if part_count == 1 else 1.1)))
    if target.size <= REFIT_ROW_COUNT_MAX or booster is None:
        booster = _train(parameters, problem, matrix, target, np.arange(target.size), rounds, None)
    else:
        booster = booster[:rounds]
    return _trees(booster, problem, matrix.shape[1], deep=False)


def fit_forest(matrix: Floats, target: Floats, problem: Problem) -> Core:
    """Fit a random forest: deep trees side by side, each on a sample of rows, each split among a few features."""
    share = max(1.0, math.sqrt(matrix.shape[1])) / matrix.shape[1]
    if problem.is_regression:
        share = max(share, 1 / 3)
    parameters = _parameters(problem, matrix) | {
        "learning_rate": 1.0,
        "max_depth": int(problem.parameters["depth"]),
        "min_child_weight": max(1.0, target.size / 20_000) * (1.0 if not problem.is_regression else 4.0),
        "subsample": 0.632,
        "colsample_bynode": min(1.0, share),
        "reg_lambda": 1e-3,
        "max_bin": 128,
        "num_parallel_tree": int(problem.parameters["trees"]),
    }
    booster = _train(parameters, problem, matrix, target, np.arange(target.size), 1, None)
    return _trees(booster, problem, matrix.shape[1], deep=True)


def fit_spread(matrix: Floats, sizes: Floats, problem: Problem) -> Trees:
    """Fit few shallow trees to positive sizes (of errors); their margin is the logarithm of the size."""
    parameters = {
        "objective": "reg:squarederror",
        "learning_rate": 0.1,
        "max_depth": 3,
        "min_child_weight": max(10.0, sizes.size / 200),
        "subsample": 0.8,
        "reg_lambda": 5.0,
        "tree_method": "hist",
        "max_bin": 64,
        "seed": problem.seed % 2**31,
        "nthread": _worker_count(matrix),
        "verbosity": 0,
    }
    booster = _train(parameters, problem, matrix, np.log(sizes), np.arange(sizes.size), 60, None)
    return _trees(booster, problem, matrix.shape[1], deep=False, heads=1)


def _parameters(problem: Problem, matrix: Floats) -> dict[str, Any]:
    objective: dict[str, Any] = {"objective": "binary:logistic", "eval_metric": "logloss"}
    if problem.is_regression:
        objective = {"objective": "reg:squarederror", "eval_metric": "rmse"}
    elif problem.heads > 1:
        objective = {"objective": "multi:softprob", "num_class": problem.heads, "eval_metric": "mlogloss"}
    return objective | {
        "tree_method": "hist",
        "max_cat_to_onehot": ONE_BY_ONE_LEVEL_COUNT_MAX,
        "monotone_constraints": tuple(problem.monotone),
        "seed": problem.seed % 2**31,
        "nthread": _worker_count(matrix),
        "verbosity": 0,
    }


def _pace(problem: Problem, row_count: int) -> float:
    """Return how fast to learn: many rows bear longer steps, which saves rounds; full effort takes shorter ones."""
    if problem.effort == "full":
        return 0.5
    return 1.0 if row_count < MANY_ROW_COUNT else 2.0


def _worker_count(matrix: Floats) -> int:
    return 1 if matrix.size <= CELL_COUNT_ALONE_MAX else WORKER_COUNT


def _train(
    parameters: dict[str, Any],
    problem: Problem,
    matrix: Floats,
    target: Floats,
    rows: Any,
    rounds: int,
    held: Any | None,
) -> Any:
    import xgboost

    class _Ticking(xgboost.callback.TrainingCallback):
        def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:  # noqa: ARG002
            if epoch % 5 == 0:
                problem.tick()
            return False

    kinds = ["c" if column.is_category else "q" for column in problem.columns]

    def data(chosen: Any) -> Any:
        return xgboost.QuantileDMatrix(
            np.ascontiguousarray(matrix[chosen], dtype=np.float32),
            label=target[chosen],
            feature_types=kinds,
            enable_categorical=True,
            nthread=int(parameters["nthread"]),
            max_bin=int(parameters["max_bin"]),
            ref=reference[0] if reference else None,
        )

    reference: list[Any] = []
    reference.append(data(rows))
    booster = xgboost.train(
        parameters,
        reference[0],
        num_boost_round=rounds,
        evals=[] if held is None else [(data(held), "held")],
        early_stopping_rounds=None if held is None else EARLY_STOPPING_ROUNDS,
        verbose_eval=False,
        callbacks=[_Ticking()],
    )
    problem.tick()
    return booster


def _trees(booster: Any, problem: Problem, feature_count: int, *, deep: bool, heads: int | None = None) -> Trees:
    booster.set_attr(best_iteration=None, best_score=None)
    categories = [column.is_category for column in problem.columns]
    document = bytes(booster.save_raw("json"))
    return Trees(document, problem.heads if heads is None else heads, feature_count, categories, deep=deep)


def _check(document: Any, feature_count: int, heads: int) -> None:
    """Refuse trees that point outside themselves, go round in circles, or ask for features that are not there."""
    learner = document["learner"]
    if learner["gradient_booster"]["name"] != "gbtree":
        raise invalid("its trees are of an unknown kind")
    parameters = learner["learner_model_param"]
    if int(parameters["num_feature"]) != feature_count or max(1, int(parameters["num_class"])) != heads:
        raise invalid("its trees do not fit its features")
    model = learner["gradient_booster"]["model"]
    trees = model["trees"]
    if not 0 < len(trees) <= TREE_COUNT_MAX or len(model["tree_info"]) != len(trees):
        raise invalid("it has too many or too few trees")
    if any(not 0 <= int(group) < heads for group in model["tree_info"]):
        raise invalid("a tree belongs to no class")
    nodes = 0
    for tree in trees:
        left, right = np.asarray(tree["left_children"]), np.asarray(tree["right_children"])
        split = np.asarray(tree["split_indices"])
        conditions = np.asarray(tree["split_conditions"], dtype=np.float64)
        count = int(tree["tree_param"]["num_nodes"])
        nodes += count
        shapes = {left.shape, right.shape, split.shape, conditions.shape, (count,)}
        inner = left >= 0
        own = np.arange(count)
        sound = (
            len(shapes) == 1
            and nodes <= NODE_COUNT_MAX
            and bool(np.isfinite(conditions).all())
            and bool(((right >= 0) == inner).all())
            and bool((left[inner] > own[inner]).all() and (right[inner] > own[inner]).all())
            and bool((left < count).all() and (right < count).all())
            and bool(((split >= 0) & (split < feature_count)).all())
        )
        if not sound:
            raise invalid("a tree is unsound")

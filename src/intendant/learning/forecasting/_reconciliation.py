"""Forecasts of a hierarchy that add up: every total is the sum of its parts, and every level teaches the others.

Weighted least squares with one variance a node (Hyndman, Lee and Wang 2016) is solved on the tree itself: on the way up each node's
own forecast is merged with the sum of its children by their precision; on the way down what the parent knows better is shared out
by variance. That is the generalised least-squares solution at a cost that grows with the number of nodes. MinT with a shrunken
covariance (Wickramasuriya, Athanasopoulos and Hyndman 2019; Schaefer and Strimmer 2005) is solved by its matrices, for small trees.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from intendant.learning.forecasting._block import Floats, Integers
from intendant.learning.forecasting._forecast import Forecast
from intendant.learning.forecasting._series import SINGLE, SeriesTable

Reconciliation = Literal["bottom_up", "wls", "mint"]
MINT_NODES_MAX = 300
MINT_RESIDUALS_MIN = 8


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """Nodes by level, the total first. `parent[i]` is the place of a node's parent, -1 of the total's; leaves come last."""

    keys: tuple[tuple[str, ...], ...]
    level: Integers
    parent: Integers

    @property
    def leaves(self) -> Integers:
        """Return the places of the nodes of the last level."""
        found: Integers = np.flatnonzero(self.level == self.level.max()).astype(np.int64)
        return found

    def sums(self, leaves: Floats) -> Floats:
        """Return the values of all nodes from those of the leaves (leaves, horizon)."""
        values = np.zeros((len(self.level), leaves.shape[1]))
        values[self.leaves] = leaves
        for level in range(int(self.level.max()), 0, -1):
            rows = np.flatnonzero(self.level == level)
            np.add.at(values, self.parent[rows], values[rows])
        return values


def grow(table: SeriesTable) -> tuple[Tree, SeriesTable]:
    """Return the tree of a table's key columns and the table of all its nodes, each the sum of its leaves.

    Series are laid on the periods from the first to the last of the table; outside its own a series counts as 0.
    """
    leaves = table.keys
    depth = len(table.key_columns)
    nodes: list[tuple[str, ...]] = []
    places: dict[tuple[str, ...], int] = {}
    levels, parents = [], []
    for level in range(depth + 1):
        for key in sorted({each[:level] for each in leaves}) if level < depth else leaves:
            places[key] = len(nodes)
            nodes.append(key)
            levels.append(level)
            parents.append(-1 if level == 0 else places[key[:-1]])
    tree = Tree(tuple(nodes), np.asarray(levels, dtype=np.int64), np.asarray(parents, dtype=np.int64))
    begin, end = int(table.first.min()), int(table.last.max())
    laid = np.zeros((len(leaves), end - begin + 1))
    for row, values in enumerate(table.values):
        start = int(table.first[row]) - begin
        laid[row, start : start + len(values)] = np.nan_to_num(values)
    values = tree.sums(laid)
    # A leaf keeps its own beginning and its gaps; only its end is brought to the end of all.
    first = np.full(len(nodes), begin, dtype=np.int64)
    lines = [values[row] for row in range(len(nodes))]
    for place, row in zip(tree.leaves.tolist(), range(len(leaves)), strict=True):
        first[place] = table.first[row]
        tail = np.zeros(end - int(table.last[row]))
        lines[place] = np.concatenate([table.values[row], tail])
    names = tuple(key or (SINGLE,) for key in nodes)
    return tree, replace(table, keys=names, values=tuple(lines), first=first)


def reconcile(
    tree: Tree, base: Floats, variance: Floats, method: Reconciliation = "wls", residuals: Floats | None = None
) -> Floats:
    """Return forecasts (nodes, horizon) that add up exactly.

    `variance` (nodes,) is how far off each node's forecast usually is, squared. `residuals` (nodes, observations) are for MinT; where
    they are too few or the tree too large, weighted least squares is used instead.
    """
    if method == "bottom_up":
        return tree.sums(base[tree.leaves])
    variance = np.maximum(variance, 1e-12 * max(float(variance.max(initial=0.0)), 1e-300))
    if method == "mint" and residuals is not None and _is_small(tree, residuals):
        return tree.sums(_mint(tree, base, _shrunken_covariance(residuals, variance)))
    return tree.sums(_on_tree(tree, base, variance)[tree.leaves])


def reconcile_forecast(tree: Tree, forecast: Forecast, method: Reconciliation = "wls") -> Forecast:
    """Make a forecast of all nodes add up. Bounds keep their distance from the points, which move."""
    variance = forecast.calibration.scale**2
    point = reconcile(tree, forecast.point, variance, method)
    if forecast.positive.all() and (point < 0).any():
        point = tree.sums(np.maximum(point[tree.leaves], 0.0))
    moved = point - forecast.point
    lower, upper = forecast.lower + moved, forecast.upper + moved
    positive = forecast.positive[:, None]
    lower, upper = np.where(positive, np.maximum(lower, 0.0), lower), np.where(positive, np.maximum(upper, 0.0), upper)
    return replace(forecast, point=point, lower=np.minimum(lower, point), upper=np.maximum(upper, point))


def _is_small(tree: Tree, residuals: Floats) -> bool:
    return len(tree.level) <= MINT_NODES_MAX and residuals.shape[1] >= MINT_RESIDUALS_MIN


def _on_tree(tree: Tree, base: Floats, variance: Floats) -> Floats:
    deepest = int(tree.level.max())
    merged, spread = base.copy(), variance.copy()
    for level in range(deepest - 1, -1, -1):
        rows = np.flatnonzero(tree.level == level)
        children = np.flatnonzero(tree.level == level + 1)
        total, doubt = np.zeros_like(base), np.zeros_like(variance)
        np.add.at(total, tree.parent[children], merged[children])
        np.add.at(doubt, tree.parent[children], spread[children])
        own, below = 1 / variance[rows], 1 / doubt[rows]
        merged[rows] = (base[rows] * own[:, None] + total[rows] * below[:, None]) / (own + below)[:, None]
        spread[rows] = 1 / (own + below)
    result = merged.copy()
    for level in range(1, deepest + 1):
        rows = np.flatnonzero(tree.level == level)
        parents = tree.parent[rows]
        total, doubt = np.zeros_like(base), np.zeros_like(variance)
        np.add.at(total, parents, merged[rows])
        np.add.at(doubt, parents, spread[rows])
        lacking = result[parents] - total[parents]
        result[rows] = merged[rows] + lacking * (spread[rows] / doubt[parents])[:, None]
    return result


def _summing_matrix(tree: Tree) -> Floats:
    return tree.sums(np.eye(len(tree.leaves)))


def _mint(tree: Tree, base: Floats, covariance: Floats) -> Floats:
    summing = _summing_matrix(tree)
    weighted = np.linalg.solve(covariance, np.concatenate([summing, base], axis=1))
    count = summing.shape[1]
    left, right = summing.T @ weighted[:, :count], summing.T @ weighted[:, count:]
    solved: Floats = np.linalg.solve(left, right).astype(np.float64)
    return solved


def _shrunken_covariance(residuals: Floats, variance: Floats) -> Floats:
    """Return the covariance with correlations drawn towards 0 by how badly they are known."""
    centred = np.nan_to_num(residuals)
    count = centred.shape[1]
    deviation = np.sqrt((centred**2).mean(1))
    standard = centred / np.where(deviation > 0, deviation, 1.0)[:, None]
    correlation = standard @ standard.T / count
    noise = ((standard**2) @ (standard**2).T / count - correlation**2) / max(count - 1, 1)
    apart = ~np.eye(len(variance), dtype=bool)
    power = float((correlation[apart] ** 2).sum())
    shrink = 1.0 if power <= 0 else float(np.clip(noise[apart].sum() / power, 0.0, 1.0))
    drawn = np.where(apart, correlation * (1 - shrink), 1.0)
    scale = np.where(deviation > 0, deviation, np.sqrt(variance))
    covariance: Floats = np.asarray(drawn * np.outer(scale, scale), dtype=np.float64)
    return covariance + np.diag(1e-9 * np.maximum(scale, 1e-12) ** 2)


def level_names(key_columns: Sequence[str]) -> list[str]:
    """Return how the levels of a tree are called."""
    return ["total", *key_columns]

"""What is to be learnt, in numbers: a matrix, a target, and how thoroughly; the same for every algorithm."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from intendant.learning.estimators._contract import Effort, Floats, Task
from intendant.learning.estimators.tabular._columns import Column

Tick = Callable[[], None]
"""Called often while fitting; what it raises ends the training."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What all fits of one training share.

    `heads` is how many raw scores a row gets: one for two classes (log-odds of the second) and for numbers (the
    standardised target), one for each of more classes (log-odds up to a constant). `monotone` by column.
    """

    task: Task
    heads: int
    columns: tuple[Column, ...]
    monotone: tuple[int, ...]
    parameters: Mapping[str, float | int | str | bool]
    effort: Effort
    seed: int
    tick: Tick

    @property
    def is_regression(self) -> bool:
        """Return whether the target is a number."""
        return self.task == "regression"


class Core(Protocol):
    """The fitted part of a model: from the matrix to raw scores, and each feature's part in them."""

    def raw(self, matrix: Floats) -> Floats:
        """Return raw scores, shape (n, heads)."""
        ...

    def contributions(self, matrix: Floats, heads: "np.ndarray[Any, Any]") -> Floats:
        """Return each feature's part of one head's raw score per row, shape (n, features)."""
        ...

    def to_plain(self) -> dict[str, Any]:
        """Return the core as plain data for JSON, with its `kind`."""
        ...


Fit = Callable[[Floats, Floats, Problem], Core]
"""Fits a core on a matrix and a target: class numbers for classes, standardised numbers for regression."""

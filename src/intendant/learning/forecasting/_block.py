"""Series of different lengths in one matrix, so that one numpy operation moves all of them a step on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

BLOCK_CELLS_MAX = 400_000
BLOCK_LENGTH_RATIO_MAX = 1.6


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Complete series, longest first, aligned at their ends: the last column holds the last value of every series.

    `values` (n, t) holds 0 before a series begins; `lengths` (n,) falls. Because of the order, the series that have begun by
    column c are the first `begun(c)` rows.
    """

    values: Floats
    lengths: Integers

    @property
    def width(self) -> int:
        """Return the length of the longest series."""
        return int(self.values.shape[1])

    def begun(self) -> Integers:
        """Return for each column how many series have begun."""
        starts = self.width - self.lengths
        result: Integers = np.searchsorted(starts, np.arange(self.width), side="right").astype(np.int64)
        return result

    def observed(self) -> NDArray[np.bool_]:
        """Mark the cells that hold a value."""
        marked: NDArray[np.bool_] = np.arange(self.width)[None, :] >= (self.width - self.lengths)[:, None]
        return marked


def make_block(series: Sequence[Floats]) -> tuple[Block, Integers]:
    """Align complete series at their ends; also return the order, `order[row]` being the place in `series`."""
    lengths = np.asarray([len(values) for values in series], dtype=np.int64)
    order = np.argsort(-lengths, kind="stable").astype(np.int64)
    width = int(lengths.max(initial=1))
    matrix = np.zeros((len(series), width))
    for row, place in enumerate(order):
        values = series[place]
        if len(values):
            matrix[row, width - len(values) :] = values
    return Block(matrix, lengths[order]), order


def blocks_of(series: Sequence[Floats]) -> Iterator[tuple[Block, Integers]]:
    """Cut series into blocks of similar lengths that fit the processor's cache; yields each with its places in `series`."""
    lengths = np.asarray([len(values) for values in series], dtype=np.int64)
    order = np.argsort(-lengths, kind="stable")
    start = 0
    while start < len(order):
        longest = max(int(lengths[order[start]]), 1)
        rows = max(1, BLOCK_CELLS_MAX // longest)
        end = min(start + rows, len(order))
        while end > start + 1 and lengths[order[end - 1]] * BLOCK_LENGTH_RATIO_MAX < longest and end - start > 8:
            shorter = int(np.searchsorted(-lengths[order[start:end]], -longest / BLOCK_LENGTH_RATIO_MAX, side="right"))
            end = start + max(shorter, 8)
            break
        places = order[start:end]
        block, inner = make_block([series[place] for place in places])
        yield block, places[inner].astype(np.int64)
        start = end

"""An isolation forest as plain arrays: fitted by scikit-learn, asked in numpy (Liu, Ting and Zhou 2008)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intendant.learning.estimators._contract import Floats
from intendant.learning.estimators.tabular import plain

SAMPLE_SIZE = 256  # rows a tree is grown from, as in the paper: more hide anomalies in one another
TREE_COUNT_MAX = 1_000
NODE_COUNT_MAX = 2 * SAMPLE_SIZE
DEPTH_MAX = 60
CHUNK_ROWS = 2_048  # so that a chunk's values stay in the cache
EULER = 0.5772156649015329


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """Trees of equal room (trees, nodes): a node's column and cut, the left child (the right one follows), the path's length.

    A leaf is its own child: walking on from it changes nothing. `usual` is the mean path's length, by which scores are
    measured.
    """

    column: NDArray[np.int32]
    cut: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    length: Floats
    usual: float
    depth: int

    def scores(self, values: Floats) -> Floats:
        """Return for each row how few cuts part it from all others, 0 to 1; half is ordinary. `values` hold no NaN."""
        trees, nodes = self.column.shape
        # One index over all nodes of all trees, so that a step is four look-ups.
        start = (np.arange(trees, dtype=np.int32) * nodes)[:, None]
        columns, cuts = self.column.ravel(), self.cut.ravel()
        left = (self.left + start).ravel()
        right = (self.right + start).ravel()
        length = self.length.ravel()
        found = np.empty(len(values))
        narrow = np.ascontiguousarray(values, dtype=np.float32)
        width = narrow.shape[1]
        for begin in range(0, len(values), CHUNK_ROWS):
            chunk = narrow[begin : begin + CHUNK_ROWS]
            flat = chunk.ravel()
            row = (np.arange(len(chunk), dtype=np.int32) * width)[None, :]
            at = np.repeat(start, len(chunk), axis=1)
            for _ in range(self.depth):
                goes_left = flat.take(row + columns.take(at)) <= cuts.take(at)
                at = np.where(goes_left, left.take(at), right.take(at))
            found[begin : begin + CHUNK_ROWS] = length.take(at).mean(axis=0)
        return np.asarray(2.0 ** (-found / self.usual), dtype=np.float64)

    def to_plain(self) -> dict[str, Any]:
        """Return the forest as plain data for JSON."""
        stacked = np.stack([self.column, self.cut, self.left, self.right, self.length])
        return {"nodes": plain.encode_array(stacked), "usual": self.usual, "depth": self.depth}

    @staticmethod
    def from_plain(body: Any, *, column_count: int) -> "Forest":
        """Read a forest, trusting nothing."""
        stacked = plain.decode_array(body["nodes"], dimensions=3)
        usual, depth = float(body["usual"]), int(body["depth"])
        parts, trees, nodes = stacked.shape
        sound = parts == 5 and 0 < trees <= TREE_COUNT_MAX and 0 < nodes <= NODE_COUNT_MAX
        if not sound or not 0 < usual < 1e6 or not 0 < depth <= DEPTH_MAX:
            raise plain.invalid("its forest is unsound")
        column, left, right = (stacked[part].astype(np.int32) for part in (0, 2, 3))
        if column.min() < 0 or column.max() >= column_count or min(left.min(), right.min()) < 0:
            raise plain.invalid("its forest is unsound")
        if max(left.max(), right.max()) >= nodes or stacked[4].min() < 0:
            raise plain.invalid("its forest is unsound")
        return Forest(column, stacked[1].astype(np.float32), left, right, stacked[4], usual, depth)


def fit_forest(values: Floats, *, trees: int, seed: int) -> Forest:
    """Grow a forest on rows without NaN."""
    from sklearn.ensemble import IsolationForest

    size = min(SAMPLE_SIZE, len(values))
    model = IsolationForest(n_estimators=trees, max_samples=size, random_state=seed, n_jobs=1)
    model.fit(values.astype(np.float32))
    grown = [each.tree_ for each in model.estimators_]
    nodes = max(int(tree.node_count) for tree in grown)
    shape = (trees, nodes)
    column, left, right = (np.zeros(shape, dtype=np.int32) for _ in range(3))
    cut, length = np.zeros(shape, dtype=np.float32), np.zeros(shape)
    deepest = 1
    for index, tree in enumerate(grown):
        count = int(tree.node_count)
        inner = tree.children_left >= 0
        own = np.arange(count)
        column[index, :count] = np.where(inner, tree.feature, 0)
        # A tree compares in 32 bits with a cut of 64: rounded down, the same rows go left.
        cuts = tree.threshold.astype(np.float32)
        cuts = np.where(cuts > tree.threshold, np.nextafter(cuts, np.float32(-np.inf)), cuts)
        cut[index, :count] = np.where(inner, cuts, 0)
        left[index, :count] = np.where(inner, tree.children_left, own)
        right[index, :count] = np.where(inner, tree.children_right, own)
        depth = _depths(tree.children_left, tree.children_right)
        length[index, :count] = depth + usual_length(tree.n_node_samples)
        deepest = max(deepest, int(depth.max()))
    return Forest(column, cut, left, right, length, float(usual_length(np.array([size]))[0]), deepest)


def usual_length(counts: Any) -> Floats:
    """Return the mean length of a path that parts one of so many rows from the others."""
    sizes = np.asarray(counts, dtype=np.float64)
    many = np.maximum(sizes, 2.0)
    long = 2.0 * (np.log(many - 1.0) + EULER) - 2.0 * (many - 1.0) / many
    return np.where(sizes <= 1, 0.0, np.where(sizes <= 2, 1.0, long))


def _depths(left: Any, right: Any) -> NDArray[np.int64]:
    depth = np.zeros(len(left), dtype=np.int64)
    for node in range(len(left)):  # children stand behind their parents
        if left[node] >= 0:
            depth[left[node]] = depth[right[node]] = depth[node] + 1
    return depth

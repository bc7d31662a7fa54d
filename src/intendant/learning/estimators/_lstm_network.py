"""A small LSTM over windows of many series: windows, training by jax, and the same network in plain numpy."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from intendant.learning.estimators._contract import Floats

WINDOW_MIN, WINDOW_MAX = 8, 64
BLOCK_MAX = 48  # periods forecast at once; farther ones go on from there
WINDOW_COUNT_MAX = 20_000
BATCH_SIZE = 128
EVALUATION_STEPS = 25
PATIENCE = 6  # evaluations without a better one
LEARNING_RATE = 3e-3
GRADIENT_MAX = 1.0
INPUT_COUNT = 3  # the value, and where in the season it stands as sine and cosine

Weights = Mapping[str, Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """n windows of a length, each scaled by its own level and spread: inputs (n, length, 3), and what came (n, block).

    `repeated` (n, block) repeats the last season in the same scale. `target` is NaN where nothing is known.
    """

    inputs: Floats
    repeated: Floats
    target: Floats
    level: Floats
    spread: Floats

    def part(self, rows: Any) -> "Windows":
        """Return some of the windows."""
        return Windows(self.inputs[rows], self.repeated[rows], self.target[rows], self.level[rows], self.spread[rows])


def window_length(season: int) -> int:
    """Return how far back the network looks: two seasons, within bounds."""
    return int(np.clip(2 * season + 1, WINDOW_MIN, WINDOW_MAX))


def make_windows(
    series: Sequence[Floats], last: Any, ends: Sequence[tuple[int, int]], season: int, length: int, block: int
) -> Windows:
    """Return the windows that end before position `end` of series `place`, for each (place, end)."""
    count = len(ends)
    values, target = np.empty((count, length)), np.full((count, block), np.nan)
    repeated = np.empty((count, block))
    phase = np.empty(count)
    steps = np.arange(block)
    for row, (place, end) in enumerate(ends):
        own = series[place]
        past = own[max(0, end - length) : end]
        values[row] = past if past.size == length else np.pad(past, (length - past.size, 0), mode="edge")
        came = own[end : end + block]
        target[row, : came.size] = came
        lag = season if end >= season else 1
        repeated[row] = own[end - lag + steps % lag]
        phase[row] = last[place] - (own.size - end)
    level = values[:, -min(season if season > 1 else 4, length) :].mean(axis=1)
    spread = np.abs(values - level[:, None]).mean(axis=1)
    spread = np.where(spread > 1e-9 * np.maximum(np.abs(level), 1e-9), spread, np.maximum(np.abs(level), 1.0))
    angle = 2 * np.pi * ((phase[:, None] - np.arange(length)[::-1]) % max(season, 1)) / max(season, 1)
    scaled = np.clip((values - level[:, None]) / spread[:, None], -20.0, 20.0)
    return Windows(
        np.stack([scaled, np.sin(angle), np.cos(angle)], axis=2),
        (repeated - level[:, None]) / spread[:, None],
        (target - level[:, None]) / spread[:, None],
        level,
        spread,
    )


def initial_weights(hidden: int, block: int, seed: int) -> dict[str, Floats]:
    """Return weights from which training starts: the network first repeats the last season half-way to its level."""
    random = np.random.default_rng(seed)

    def drawn(rows: int, columns: int) -> Floats:
        return random.normal(0.0, 1.0 / np.sqrt(rows), (rows, columns))

    bias = np.zeros(4 * hidden)
    bias[hidden : 2 * hidden] = 1.0  # remember first, learn to forget
    return {
        "input": drawn(INPUT_COUNT, 4 * hidden),
        "recurrent": drawn(hidden, 4 * hidden),
        "bias": bias,
        "output": 0.1 * drawn(hidden, block),
        "shift": np.zeros(block),
        "trust": np.full(block, 0.7),
    }


def answer(weights: Weights, windows: Windows) -> Floats:
    """Return the scaled forecasts, (n, block), in plain numpy."""
    hidden = weights["recurrent"].shape[0]
    state = np.zeros((len(windows.inputs), hidden))
    cell = np.zeros_like(state)
    for step in range(windows.inputs.shape[1]):
        gates = windows.inputs[:, step] @ weights["input"] + state @ weights["recurrent"] + weights["bias"]
        enter, keep, leave, new = np.split(gates, 4, axis=1)
        cell = _squash(keep) * cell + _squash(enter) * np.tanh(new)
        state = _squash(leave) * np.tanh(cell)
    found = state @ weights["output"] + weights["shift"] + weights["trust"] * windows.repeated
    return np.asarray(found, dtype=np.float64)


def train(
    windows: Windows, judged: Windows, hidden: int, steps: int, seed: int, tick: Callable[[float], None]
) -> tuple[dict[str, Floats], list[float]]:
    """Return the weights best on the windows held out, and the losses there; stops early where they no longer fall.

    Deterministic on one machine. Needs jax and optax.
    """
    import jax.numpy as jnp

    rule, advance = _compiled(hidden, steps)
    weights = {
        name: jnp.asarray(each, dtype=jnp.float32)
        for name, each in initial_weights(hidden, windows.target.shape[1], seed).items()
    }
    memory = rule.init(weights)
    random = np.random.default_rng(seed)
    best, best_loss, waited = _plain(weights), _loss(_plain(weights), judged), 0
    losses = [best_loss]
    known = np.isfinite(windows.target)
    target = np.where(known, np.clip(windows.target, -50.0, 50.0), 0.0)
    for number in range(1, steps + 1):
        rows = random.integers(0, len(target), BATCH_SIZE)
        batch = (windows.inputs[rows], windows.repeated[rows], target[rows], known[rows])
        weights, memory = advance(weights, memory, *(np.asarray(each, dtype=np.float32) for each in batch))
        if number % EVALUATION_STEPS == 0 or number == steps:
            tick(number / steps)
            now = _plain(weights)
            losses.append(_loss(now, judged))
            if losses[-1] < best_loss:
                best, best_loss, waited = now, losses[-1], 0
            else:
                waited += 1
            if waited >= PATIENCE or not np.isfinite(losses[-1]):
                break
    return best, losses


@cache
def _compiled(hidden: int, steps: int) -> tuple[Any, Any]:
    """Return the rule by which weights change and the step that changes them; compiled once for both trainings."""
    import jax
    import jax.numpy as jnp
    import optax

    def forecast(weights: Any, inputs: Any, repeated: Any) -> Any:
        def step(carry: Any, value: Any) -> Any:
            state, cell = carry
            gates = value @ weights["input"] + state @ weights["recurrent"] + weights["bias"]
            enter, keep, leave, new = jnp.split(gates, 4, axis=1)
            cell = jax.nn.sigmoid(keep) * cell + jax.nn.sigmoid(enter) * jnp.tanh(new)
            state = jax.nn.sigmoid(leave) * jnp.tanh(cell)
            return (state, cell), None

        start = jnp.zeros((inputs.shape[0], hidden))
        (state, _), _ = jax.lax.scan(step, (start, start), jnp.swapaxes(inputs, 0, 1))
        return state @ weights["output"] + weights["shift"] + weights["trust"] * repeated

    def loss(weights: Any, inputs: Any, repeated: Any, target: Any, known: Any) -> Any:
        missed = jnp.abs(forecast(weights, inputs, repeated) - target) * known
        return missed.sum() / jnp.maximum(known.sum(), 1.0)

    rule = optax.chain(
        optax.clip_by_global_norm(GRADIENT_MAX), optax.adam(optax.cosine_decay_schedule(LEARNING_RATE, steps, 0.05))
    )

    @jax.jit  # type: ignore[untyped-decorator,unused-ignore]
    def advance(weights: Any, memory: Any, *batch: Any) -> Any:
        gradient = jax.grad(loss)(weights, *batch)
        change, memory = rule.update(gradient, memory)
        return optax.apply_updates(weights, change), memory

    return rule, advance


def _loss(weights: Weights, windows: Windows) -> float:
    missed = np.abs(answer(weights, windows) - windows.target)
    known = np.isfinite(windows.target)
    return float(np.minimum(missed[known], 50.0).mean()) if known.any() else 0.0


def _plain(weights: Any) -> dict[str, Floats]:
    return {name: np.asarray(each, dtype=np.float64) for name, each in weights.items()}


def _squash(values: Floats) -> Floats:
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * values)), dtype=np.float64)

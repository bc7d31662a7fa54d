"""Small tables with a known signal, for tests of models of any table."""

import numpy as np
import pandas as pd


def make_table(rows: int = 400, seed: int = 0) -> pd.DataFrame:
    """Return features, among them a category with a name of its own, and three targets: two classes, three, a number."""
    generator = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "income": generator.normal(size=rows),
            "debt": generator.normal(size=rows),
            "größe 🦊": generator.choice(["x", "y", "z"], rows),
        }
    )
    score = 1.5 * frame["income"] - frame["debt"] + (frame["größe 🦊"] == "x")
    frame["churned"] = np.where(generator.random(rows) < 1 / (1 + np.exp(-score)), "yes", "no")
    frame["level"] = np.where(score > 1, "high", np.where(score < -1, "low", "middle"))
    frame["spend"] = 100 + 30 * score + 10 * generator.normal(size=rows) * (1 + np.abs(frame["debt"]))
    return frame


def with_target(target: str, rows: int = 400, seed: int = 0) -> pd.DataFrame:
    """Return the table with one of its targets alone."""
    others = [name for name in ("churned", "level", "spend") if name != target]
    return make_table(rows, seed).drop(columns=others)

"""Small tables in the manner of well-known and of imagined lenders, made with a seed; no real applicant is in them."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path


def write_csv(path: Path, names: list[str] | None, rows: list[list[object]], delimiter: str = ",") -> Path:
    """Write rows as delimited text in UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\n")
    if names is not None:
        writer.writerow(names)
    writer.writerows(rows)
    path.write_text(buffer.getvalue(), encoding="utf-8")
    return path


def loans(count: int = 300, seed: int = 7) -> list[dict[str, object]]:
    """Make loans whose risk depends on income and score, from which the tables below take their columns."""
    chance = random.Random(seed)
    made: list[dict[str, object]] = []
    for number in range(1, count + 1):
        income = round(chance.lognormvariate(10.5, 0.5), 2)
        score = min(850, max(300, int(chance.gauss(680, 70))))
        made.append(
            {
                "number": number,
                "income": income,
                "score": score,
                "amount": round(chance.lognormvariate(9, 0.6), 2),
                "term": chance.choice([12, 24, 36, 36, 60]),
                "age": chance.randint(19, 74),
                "sex": chance.choice(["female", "male"]),
                "purpose": chance.choice(["car", "debt consolidation", "home", "education"]),
                "job": chance.choice(["teacher", "driver", "nurse"]),
                "date": f"{2015 + number * 4 // count}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
                "bad": chance.random() < (0.45 if score < 640 else 0.12),
            }
        )
    return made

"""The peer that `benchmarks.serving` measures beside us: a plain FastAPI handler, one transaction per decision, no audit, no policy."""

import os
from typing import Any

import psycopg
from fastapi import FastAPI
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

app = FastAPI()
pool: ConnectionPool[psycopg.Connection[Any]] = ConnectionPool(
    os.environ["PEER_DATABASE_URL"], min_size=8, max_size=16, open=True
)


@app.get("/health")
def health() -> dict[str, str]:
    """Say that the process is alive."""
    return {"status": "alive"}


@app.post("/decide")
def decide(application: dict[str, Any]) -> dict[str, Any]:
    """Decide by one comparison and store the row."""
    inputs = application["inputs"]
    confidence = min(1.0, max(0.0, ((inputs.get("credit_score") or 600) - 300) / 550))
    verdict = "approve" if confidence >= 0.5 else "reject"
    with pool.connection() as connection, connection.transaction():
        row = connection.execute(
            "insert into peer_decisions (reference, verdict, confidence, body) values (%s, %s, %s, %s) returning id",
            ["r", verdict, confidence, Jsonb(inputs)],
        ).fetchone()
    return {"id": row[0] if row else None, "verdict": verdict, "confidence": confidence}

"""Files that people bring: CSV and its kin, Excel, JSON, Parquet, each possibly compressed; read in a process of its own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO

from starlette.concurrency import run_in_threadpool

from intendant.domains.analytics.datasets import isolated, isolation
from intendant.domains.analytics.datasets.prepared import Prepared
from intendant.domains.analytics.datasets.querying import prepared_of
from intendant.kit.errors import Invalid
from intendant.learning.datasets import DEFAULT_LIMITS, TableTooLarge

UPLOAD_BYTES_MAX = 200 * 1024 * 1024
UPLOAD_SECONDS_MAX = 180.0
UPLOAD_MEMORY_BYTES_MAX = 6 * 1024 * 1024 * 1024
LIMITS = replace(
    DEFAULT_LIMITS,
    file_bytes_max=UPLOAD_BYTES_MAX,
    decompressed_bytes_max=1024 * 1024 * 1024,
    json_bytes_max=256 * 1024 * 1024,
    rows_max=5_000_000,
)
COPY_BYTES = 1024 * 1024
FILE_NAME_CHARACTERS_MAX = 100
SUFFIXES = {
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/json": ".json",
    "application/x-ndjson": ".ndjson",
    "application/vnd.apache.parquet": ".parquet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/octet-stream": "",
}
"""What a raw body may be, with the ending that its file gets where it brings no name."""


class UploadInvalid(Invalid):
    """An upload without a file, or with more than one."""

    code = "dataset_upload_invalid"


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is to be read; None: found out."""

    delimiter: str | None = None
    day_first: bool | None = None
    header: bool | None = None
    encoding: str | None = None


async def receive(parts: AsyncIterator[bytes], path: Path) -> bytes:
    """Write what comes to a file, never more than the limit; return its SHA-256. Raises TableTooLarge."""
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        async for part in parts:
            size += len(part)
            if size > UPLOAD_BYTES_MAX:
                raise TableTooLarge(
                    f"The upload has more than {UPLOAD_BYTES_MAX:,} bytes.",
                    field="file",
                    remedy="Compress it, split it by time, or keep fewer columns.",
                    data={"file_bytes_max": UPLOAD_BYTES_MAX},
                )
            digest.update(part)
            await run_in_threadpool(file.write, part)
    return digest.digest()


async def in_parts(file: IO[bytes]) -> AsyncIterator[bytes]:
    """Give a file of a form in parts."""
    while part := await run_in_threadpool(file.read, COPY_BYTES):
        yield part


def safe_name(given: str | None, suffix: str = "") -> str:
    """Return a name for the file that messages may quote and no path can hide in; its endings are kept."""
    last = (given or "").replace("\\", "/").rpartition("/")[2]
    clean = re.sub(r"[^\w. -]", "_", last).strip(" .")[-FILE_NAME_CHARACTERS_MAX:]
    if clean in {"", isolated.REQUEST, isolated.ANSWER, isolated.RESULT}:
        clean = "table"
    return clean if "." in clean else clean + suffix


def read_upload(place: Path, name: str, options: Options) -> Prepared:
    """Read the file of that name in a folder; raises TableUnreadable, TableTooLarge, TableEmpty, WorkTooHeavy and others."""
    request = {"work": "file", "file": name, "options": asdict(options), "limits": asdict(LIMITS)}
    return prepared_of(
        isolation.run_apart(place, request, seconds=UPLOAD_SECONDS_MAX, memory_bytes=UPLOAD_MEMORY_BYTES_MAX)
    )

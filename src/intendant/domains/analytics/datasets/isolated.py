"""The process that reads strangers' files and runs their queries: `python -m ... FOLDER`. Started by `isolation` alone."""

import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from intendant.domains.analytics.datasets.duck import WorkTooHeavy, run
from intendant.domains.analytics.datasets.prepared import Prepared, prepare
from intendant.kit.errors import IntendantError, Invalid

REQUEST, ANSWER, RESULT = "request.json", "answer.json", "result.parquet"
"""What lies in the folder that both processes share."""
FILE_BYTES_MAX = 1024 * 1024 * 1024
OPEN_FILES_MAX = 256


def main(place: Path) -> None:
    """Do what the folder's request asks for and leave the answer there."""
    import resource

    request = orjson.loads((place / REQUEST).read_bytes())
    memory = request["memory_bytes"]
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES_MAX, FILE_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES_MAX, OPEN_FILES_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = _work(place, request)
    except IntendantError as error:
        answer = _told(error)
    except MemoryError:
        answer = _told(
            WorkTooHeavy("This needed more memory than it may have.", remedy="Ask for fewer rows or columns.")
        )
    except Exception as error:
        # Unforeseen, and so a bug, which the process that asked raises: the type tells it; the text may quote cells.
        answer = {"error": {"code": f"{type(error).__module__}.{type(error).__name__}"}}
    (place / ANSWER).write_bytes(orjson.dumps(answer))


def _work(place: Path, request: Mapping[str, Any]) -> dict[str, Any]:
    match request["work"]:
        case "file":
            sys.stdout.write("\n")
            sys.stdout.flush()
            return _kept(place, _file(place, request))
        case "query":
            found = run(
                request["sql"], place, _ask, rows_max=request["rows_max"], cut=request["preview_rows"] is not None
            )
            if request["preview_rows"] is None:
                return _kept(place, prepare(found.table)) | {"tables": list(found.tables)}
            return found.preview(request["preview_rows"])
        case other:
            raise Invalid(f"There is no work '{other}'.")


def _file(place: Path, request: Mapping[str, Any]) -> Prepared:
    from intendant.domains.analytics.datasets.contents import table_from_frame
    from intendant.learning.datasets import ReadLimits, read_table

    table = read_table(place / request["file"], limits=ReadLimits(**request["limits"]), **request["options"])
    quarantine = table.quarantine
    return prepare(
        table_from_frame(table.frame),
        notices=table.notices,
        quarantine={
            "rows_in_file": quarantine.rows_in_file,
            "rows_accepted": quarantine.rows_accepted,
            "rows_quarantined": quarantine.rows_quarantined,
            "counts": dict(quarantine.counts),
            # PostgreSQL stores no NUL in JSON.
            "rows": [{**asdict(row), "text": row.text.replace("\0", "")} for row in quarantine.rows],
        },
    )


def _kept(place: Path, prepared: Prepared) -> dict[str, Any]:
    (place / RESULT).write_bytes(prepared.body)
    return {
        "row_count": prepared.row_count,
        "columns": list(prepared.columns),
        "notices": list(prepared.notices),
        "quarantine": dict(prepared.quarantine),
    }


def _ask(names: list[str]) -> None:
    """Ask for tables by name and wait until they lie in the folder."""
    sys.stdout.write(orjson.dumps(names).decode() + "\n")
    sys.stdout.flush()
    sys.stdin.readline()


def _told(error: IntendantError) -> dict[str, Any]:
    return {
        "error": {
            "code": error.code,
            "message": error.message,
            "field": error.field,
            "remedy": error.remedy,
            "data": error.data,
        }
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))

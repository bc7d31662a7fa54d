"""Many applications from one upload: NDJSON or CSV, streamed, decided in chunks, bad rows set aside with reasons.

A row that cannot be read, does not fit the form or cannot be decided goes to quarantine and the others go on; the counts add up
to the rows read. With an idempotency key each row has its own, so an upload sent again decides nothing twice.
"""

import csv
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Literal
from uuid import UUID

import orjson

from intendant.domains.lending import queries, tables, usecases
from intendant.domains.lending.catalogue import Catalogue
from intendant.domains.lending.model import Product
from intendant.kernel.decisions import Decision
from intendant.kernel.organizations import Organization
from intendant.kernel.registry import Proposal
from intendant.kit import clock, ids
from intendant.kit.canonical import canonical_json, digest
from intendant.kit.database import Database
from intendant.kit.errors import Conflict, IntendantError, Invalid

CHUNK_ROWS = 1_000
ROWS_MAX = 200_000
LINE_BYTES_MAX = 64 * 1024
COLUMNS_MAX = 500
RAW_KEPT_MAX = 4_000
PROBLEMS_SHOWN_MAX = 50
SOURCE = "lending.applications.bulk"

Format = Literal["ndjson", "csv"]
DecideMany = Callable[[Sequence[Proposal]], Sequence[Decision | IntendantError]]


class UploadInvalid(Invalid):
    """An upload that cannot be read at all."""

    code = "upload_invalid"


class UploadKeyReused(Conflict):
    """The idempotency key was used with another upload."""

    code = "idempotency_key_reused"


class _RowInvalid(Invalid):
    """A row that cannot be read."""

    code = "row_invalid"


@dataclass(slots=True)
class UploadResult:
    """What became of an upload: `rows` is the sum of the verdicts and of `quarantined`."""

    rows: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    replayed: int = 0
    """How many of the decided had been decided by an earlier try of the same upload."""
    quarantined: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    problems: list[dict[str, object]] = field(default_factory=list)

    def as_dict(self) -> dict[str, object]:
        """Return the result as JSON, with the first problems."""
        return {
            "rows": self.rows,
            "decided": self.rows - self.quarantined,
            "verdicts": dict(self.verdicts),
            "replayed": self.replayed,
            "quarantined": self.quarantined,
            "quarantined_by_code": dict(self.codes),
            "problems": self.problems,
            "problems_left_out": self.quarantined - len(self.problems),
        }


@dataclass(frozen=True, slots=True)
class Upload:
    """Who sends what. `key` makes it idempotent; `digest` is SHA-256 of its bytes; `product` is for rows that name none."""

    format: Format
    by: str
    product: str | None = None
    key: str | None = None
    digest: bytes = b""


@dataclass(frozen=True, slots=True)
class _Row:
    place: int
    raw: str
    body: Mapping[str, Any] | None
    error: IntendantError | None = None


def submit_many(
    database: Database,
    decide_many: DecideMany,
    catalogue: Catalogue,
    organization: Organization,
    upload: Upload,
    lines: Iterable[bytes],
    *,
    rows_max: int = ROWS_MAX,
    chunk_rows: int = CHUNK_ROWS,
) -> UploadResult:
    """Decide an upload's applications. `lines` are its lines with their ends, as `readline(LINE_BYTES_MAX + 1)`
    of a binary file gives them.

    Raises UploadInvalid for what is no such file, UploadKeyReused where the key belongs to another upload. Rows before a fault of
    the file itself (too many rows) stay decided, and sending the mended file with a new key and the same references
    sets those aside as duplicates.
    """
    _claim_key(database, organization.id, upload)
    rows = _ndjson_rows(lines) if upload.format == "ndjson" else _csv_rows(lines)
    result = UploadResult()
    while chunk := list(islice(rows, chunk_rows)):
        if result.rows + len(chunk) > rows_max:
            raise UploadInvalid(
                f"The upload has more than {rows_max:,} rows; the first {result.rows:,} were decided.",
                field="body",
                remedy="Send the rest in further uploads.",
            )
        _decide_chunk(database, decide_many, catalogue, organization, upload, chunk, result)
    if not result.rows:
        raise UploadInvalid("The upload has no rows.", field="body", remedy="Send at least one application.")
    return result


def _claim_key(database: Database, organization_id: UUID, upload: Upload) -> None:
    if upload.key is None:
        return
    with database.transaction(organization_id) as tx:
        stored = queries.claim_upload(
            tx, scope=f"{SOURCE}:{upload.by}", key=upload.key, digest=upload.digest, now=clock.system_now()
        )
    if stored != upload.digest:
        raise UploadKeyReused(
            "This Idempotency-Key was used with another upload.",
            field="Idempotency-Key",
            remedy="Use a new key for a new upload.",
        )


def _decide_chunk(
    database: Database,
    decide_many: DecideMany,
    catalogue: Catalogue,
    organization: Organization,
    upload: Upload,
    rows: Sequence[_Row],
    result: UploadResult,
) -> None:
    now = organization.clock.now()
    products: dict[str, Product | IntendantError] = {}
    proposals: list[tuple[_Row, Proposal]] = []
    failed: list[tuple[_Row, IntendantError]] = []
    with database.transaction(organization.id) as tx:
        for name in {_product_of(row, upload) for row in rows} - {None}:
            try:
                products[str(name)] = catalogue.latest(tx, str(name))
            except IntendantError as error:
                products[str(name)] = error
    for row in rows:
        try:
            proposals.append((row, _proposal(row, upload, products, catalogue, organization.id, now)))
        except IntendantError as error:
            failed.append((row, error))
    for (row, _), decided in zip(proposals, decide_many([each for _, each in proposals]), strict=True):
        if isinstance(decided, IntendantError):
            failed.append((row, decided))
        else:
            result.verdicts[_verdict(decided)] += 1
            result.replayed += decided.replayed
    result.rows += len(rows)
    _quarantine(database, organization.id, upload, failed, result)


def _verdict(decision: Decision) -> str:
    return str(orjson.loads(decision.record)["verdict"])


def _product_of(row: _Row, upload: Upload) -> str | None:
    named = row.body.get("product") if row.body is not None else None
    return named if isinstance(named, str) else upload.product


def _proposal(
    row: _Row,
    upload: Upload,
    products: Mapping[str, Product | IntendantError],
    catalogue: Catalogue,
    organization_id: UUID,
    now: datetime,
) -> Proposal:
    if row.error is not None:
        raise row.error
    assert row.body is not None  # noqa: S101 - a row has a body or an error
    name = _product_of(row, upload)
    if name is None:
        raise _RowInvalid("The row names no product.", field="product", remedy="Add it, or name one for the upload.")
    product = products[name]
    if isinstance(product, IntendantError):
        raise product
    inputs = row.body.get("inputs")
    if upload.format == "csv":
        inputs = catalogue.form(product).from_text(row.body["inputs"])
    if not isinstance(inputs, dict):
        raise _RowInvalid("The row has no inputs.", field="inputs", remedy="Give them as an object.")
    unknown = row.body.keys() - {"product", "reference", "inputs"}
    if unknown:
        raise _RowInvalid(
            f"'{min(unknown)[:60]}' is not known here.",
            field=min(unknown)[:60],
            remedy="Put what the form asks into inputs.",
        )
    key = None if upload.key is None else f"{hashlib.sha256(upload.key.encode()).hexdigest()[:32]}:{row.place}"
    return usecases.build_proposal(
        catalogue,
        product,
        organization_id,
        inputs,
        reference=row.body.get("reference"),
        proposed_by=upload.by,
        now=now,
        idempotency_key=key,
        body_digest=digest(canonical_json(row.body)),
    )


def _quarantine(
    database: Database,
    organization_id: UUID,
    upload: Upload,
    failed: Sequence[tuple[_Row, IntendantError]],
    result: UploadResult,
) -> None:
    stored = []
    for row, error in sorted(failed, key=lambda pair: pair[0].place):
        result.quarantined += 1
        result.codes[error.code] += 1
        place = f"{upload.digest.hex()[:16]}:{row.place}" if upload.digest else str(row.place)
        reason = str(error)[:RAW_KEPT_MAX]
        if len(result.problems) < PROBLEMS_SHOWN_MAX:
            problem: dict[str, object] = {"row": row.place, "code": error.code, "reason": reason, "field": error.field}
            result.problems.append(problem | ({"errors": error.data["errors"]} if error.data.get("errors") else {}))
        stored.append(
            {
                "organization_id": organization_id,
                "id": ids.new_id(),
                "source": SOURCE,
                "place": place,
                "code": error.code,
                "reason": reason.replace("\x00", "�"),
                "raw": row.raw[:RAW_KEPT_MAX].replace("\x00", "�"),
                "created_at": clock.system_now(),
            }
        )
    if stored:
        with database.transaction(organization_id) as tx:
            # The same upload sent again sets the same rows aside; once is enough.
            places = {str(each["place"]) for each in stored}
            known = queries.find_quarantined(tx, source=SOURCE, places=sorted(places)) if upload.digest else set()
            tables.QUARANTINE.run(tx, [each for each in stored if each["place"] not in known])


def _ndjson_rows(lines: Iterable[bytes]) -> Iterator[_Row]:
    place = 0
    for line in _bounded(lines):
        place += 1
        text = line.decode("utf-8", "replace").strip().lstrip("\ufeff")
        if not text:
            place -= 1
            continue
        if len(line) > LINE_BYTES_MAX:
            yield _bad(place, text, f"The line is longer than {LINE_BYTES_MAX:,} bytes.", "Shorten it.")
            continue
        try:
            line.decode("utf-8")
            body = orjson.loads(text)
        except UnicodeDecodeError:
            yield _bad(place, text, "The line is not UTF-8.", "Save the file as UTF-8.")
            continue
        except orjson.JSONDecodeError as error:
            yield _bad(place, text, f"The line is no JSON: {error}.", "Write one JSON object on each line.")
            continue
        if isinstance(body, dict):
            yield _Row(place, text, body)
        else:
            yield _bad(place, text, "The line is no JSON object.", "Write one JSON object on each line.")


def _csv_rows(lines: Iterable[bytes]) -> Iterator[_Row]:
    """Read CSV with a header; what is not UTF-8 is carried as surrogates, so that only its own row fails."""
    decoded = (line.decode("utf-8", "surrogateescape") for line in _bounded(lines))
    reader = csv.reader(decoded, strict=False)
    try:
        header = [name.strip().lstrip("\ufeff") for name in next(reader, [])]
    except csv.Error as error:
        raise UploadInvalid(f"The header cannot be read: {error}.", field="body", remedy="Send CSV in UTF-8.") from None
    if not any(header) or len(set(header)) != len(header) or len(header) > COLUMNS_MAX:
        raise UploadInvalid(
            "The first line is no header of different names.",
            field="body",
            remedy=f"Begin with one line of at most {COLUMNS_MAX} column names.",
        )
    place = 0
    while True:
        place += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield _bad(place, "", f"The row cannot be read: {error}.", "Check quotes and commas.")
            continue
        if not any(cells):
            place -= 1
            continue
        raw = ",".join(cells)
        shown = raw.encode("utf-8", "replace").decode()
        if shown != raw:
            yield _bad(place, shown, "The row is not UTF-8.", "Save the file as UTF-8.")
        elif len(cells) != len(header):
            what = f"The row has {len(cells)} cells, the header {len(header)}."
            yield _bad(place, shown, what, "Check quotes and commas; the file may be cut off.")
        else:
            named = dict(zip(header, cells, strict=True))
            own = {name: named.pop(name) for name in ("product", "reference") if name in named}
            yield _Row(place, shown, {**{k: v for k, v in own.items() if v.strip()}, "inputs": named})


def _bounded(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Cut lines that never end, so that memory stays bounded; the rest of such a line is dropped."""
    inside = False
    for line in lines:
        if not inside:
            yield line[: LINE_BYTES_MAX + 1]
        inside = not line.endswith(b"\n")


def _bad(place: int, raw: str, message: str, remedy: str) -> _Row:
    return _Row(place, raw, None, _RowInvalid(message, field=f"row {place}", remedy=remedy))

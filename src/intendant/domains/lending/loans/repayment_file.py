"""Repayments from a file, as banks give them: CSV or JSON lines, recorded in chunks, bad rows set aside with reasons.

Columns: loan (its number), amount, currency, date, reference. The reference makes a row happen once, so a file sent again records
nothing twice; the counts add up to the rows read.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import IO, Any, Literal
from uuid import UUID

import orjson

from intendant.domains.lending import queries, tables
from intendant.domains.lending.loans import repository
from intendant.domains.lending.loans.model import NewTransaction, Recorded
from intendant.domains.lending.loans.recording import record_many
from intendant.domains.lending.servicing.model import TransactionType
from intendant.kernel.access import Permission, Principal
from intendant.kit import clock, ids
from intendant.kit.database import Database, Transaction
from intendant.kit.errors import IntendantError, Invalid
from intendant.kit.money import DECIMAL

CHUNK_ROWS = 200
ROWS_MAX = 50_000
BYTES_MAX = 16 * 1024 * 1024
LINE_BYTES_MAX = 4 * 1024
PROBLEMS_SHOWN_MAX = 50
SOURCE = "lending.repayments"
COLUMNS = ("loan", "amount", "currency", "date", "reference")

Format = Literal["csv", "ndjson"]


class RepaymentFileInvalid(Invalid):
    """A file of repayments that cannot be read at all."""

    code = "repayment_file_invalid"


class _RowInvalid(Invalid):
    """A row that cannot be read."""

    code = "row_invalid"


@dataclass(frozen=True, slots=True)
class _Row:
    place: int
    raw: str
    cells: Mapping[str, Any] | None
    error: IntendantError | None = None


@dataclass(slots=True)
class FileResult:
    """What became of a file: `rows` is the sum of recorded, replayed and quarantined."""

    rows: int = 0
    recorded: int = 0
    replayed: int = 0
    quarantined: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    problems: list[dict[str, object]] = field(default_factory=list)


def bounded_lines(file: IO[bytes]) -> Iterator[bytes]:
    """Read lines, none of more than `LINE_BYTES_MAX` and one bytes: what a longer one has beyond that is dropped to its end.

    So a file without line ends is not held as one line, and the rest of a long line is not taken for a row of its own.
    """
    most = LINE_BYTES_MAX + 1
    while line := file.readline(most):
        rest = line
        while len(rest) == most and not rest.endswith(b"\n"):
            rest = file.readline(most)
        yield line


def record_file(
    database: Database,
    by: Principal,
    written: Format,
    lines: Iterable[bytes],
    *,
    digest: bytes,
    chunk_rows: int = CHUNK_ROWS,
    rows_max: int = ROWS_MAX,
) -> FileResult:
    """Record a file of repayments, each chunk in one transaction; `lines` are bounded by `LINE_BYTES_MAX`, `digest` is the file's.

    Raises RepaymentFileInvalid for what is no such file; rows before that stay recorded, and sending the mended file skips them.
    """
    by.require(Permission.LOAN_SERVICE)
    rows = _csv_rows(lines) if written == "csv" else _ndjson_rows(lines)
    result = FileResult()
    while chunk := list(islice(rows, chunk_rows)):
        if result.rows + len(chunk) > rows_max:
            raise RepaymentFileInvalid(
                f"The file has more than {rows_max:,} rows; the first {result.rows:,} were recorded.",
                field="body",
                remedy="Send the rest in further files.",
            )
        _record_chunk(database, by, chunk, result, digest)
    if not result.rows:
        raise RepaymentFileInvalid("The file has no rows.", field="body", remedy="Send at least one repayment.")
    return result


def _record_chunk(database: Database, by: Principal, rows: Sequence[_Row], result: FileResult, digest: bytes) -> None:
    result.rows += len(rows)
    failed: list[tuple[_Row, IntendantError]] = []
    read: list[tuple[_Row, str, NewTransaction]] = []
    for row in rows:
        try:
            read.append((row, *_parse(row)))
        except IntendantError as error:
            failed.append((row, error))
    with database.transaction(by.organization_id) as tx:
        numbers = repository.find_numbers(tx, {number for _, number, _ in read})
        given: list[tuple[UUID, NewTransaction]] = []
        known: list[_Row] = []
        for row, number, new in read:
            if number in numbers:
                given.append((numbers[number], new))
                known.append(row)
            else:
                failed.append((row, _unknown(number)))
        for row, outcome in zip(known, record_many(tx, by.label, given), strict=True):
            if not isinstance(outcome, Recorded):
                failed.append((row, outcome))
            elif outcome.replayed:
                result.replayed += 1
            else:
                result.recorded += 1
        _quarantine(tx, failed, result, digest)


def _unknown(number: str) -> IntendantError:
    return repository.LoanUnknown(
        f"There is no loan '{number[:60]}'.", field="loan", remedy="Check the number, or list the loans."
    )


def _quarantine(
    tx: Transaction, failed: Sequence[tuple[_Row, IntendantError]], result: FileResult, digest: bytes
) -> None:
    stored = []
    for row, error in sorted(failed, key=lambda pair: pair[0].place):
        result.quarantined += 1
        result.codes[error.code] += 1
        reason = str(error)[:LINE_BYTES_MAX]
        if len(result.problems) < PROBLEMS_SHOWN_MAX:
            problem = {"row": row.place, "code": error.code, "reason": reason, "field": error.field}
            result.problems.append(problem)
        stored.append(
            {
                "organization_id": tx.organization_id,
                "id": ids.new_id(),
                "source": SOURCE,
                "place": f"{digest.hex()[:16]}:{row.place}",
                "code": error.code,
                "reason": reason.replace("\x00", "\ufffd"),
                "raw": row.raw[:LINE_BYTES_MAX].replace("\x00", "\ufffd"),
                "created_at": clock.system_now(),
            }
        )
    if stored:
        # The same file sent again sets the same rows aside; once is enough.
        known = queries.find_quarantined(tx, source=SOURCE, places=sorted(str(each["place"]) for each in stored))
        tables.QUARANTINE.run(tx, [each for each in stored if each["place"] not in known])


def _parse(row: _Row) -> tuple[str, NewTransaction]:
    if row.error is not None:
        raise row.error
    assert row.cells is not None  # noqa: S101 - a row has cells or an error
    unknown = row.cells.keys() - set(COLUMNS)
    if unknown:
        name = min(unknown)[:60]
        raise _RowInvalid(f"'{name}' is not known here.", field=name, remedy=f"Columns are {', '.join(COLUMNS)}.")
    cells = {name: str(row.cells.get(name) or "").strip() for name in COLUMNS}
    for name, text in cells.items():
        if not text.isprintable():
            raise _RowInvalid(f"The {name} cannot be read.", field=name, remedy="Use printable characters.")
    for name in ("loan", "amount", "reference"):
        if not cells[name]:
            raise _RowInvalid(f"The row has no {name}.", field=name, remedy="Fill it in.")
    if not DECIMAL.fullmatch(cells["amount"]):
        raise _RowInvalid(f"{cells['amount'][:20]!r} is no amount.", field="amount", remedy="Write it as 1234.50.")
    amount = Decimal(cells["amount"])
    try:
        value_on = date.fromisoformat(cells["date"]) if cells["date"] else None
    except ValueError:
        raise _RowInvalid(
            f"{cells['date'][:20]!r} is no day.", field="date", remedy="Write it as 2026-01-31."
        ) from None
    return cells["loan"], NewTransaction(
        type=TransactionType.REPAYMENT,
        amount=amount,
        currency=cells["currency"] or None,
        value_on=value_on,
        reference=cells["reference"],
    )


def _ndjson_rows(lines: Iterable[bytes]) -> Iterator[_Row]:
    place = 0
    for line in lines:
        text = line.decode("utf-8", "replace").strip().lstrip("\ufeff")
        if not text:
            continue
        place += 1
        if len(line) > LINE_BYTES_MAX:
            yield _bad(place, text, f"The line is longer than {LINE_BYTES_MAX:,} bytes.")
            continue
        try:
            cells = orjson.loads(line.lstrip(b"\xef\xbb\xbf"))
        except orjson.JSONDecodeError as error:
            yield _bad(place, text, f"The line is no JSON: {error}.")
            continue
        yield _Row(place, text, cells) if isinstance(cells, dict) else _bad(place, text, "The line is no JSON object.")


def _csv_rows(lines: Iterable[bytes]) -> Iterator[_Row]:
    """Read CSV with a header; what is not UTF-8 is carried as surrogates, so that only its own row fails."""
    is_long = False

    def texts() -> Iterator[str]:
        nonlocal is_long
        for line in lines:
            text = line.decode("utf-8", "surrogateescape")
            if len(line) > LINE_BYTES_MAX:
                is_long = True
                # A quote that was opened before the cut would take the lines that follow into the row.
                text = text.replace('"', "").rstrip("\r\n") + "\n"
            yield text

    reader = csv.reader(texts(), strict=False)
    try:
        header = [name.strip().lower().lstrip("\ufeff") for name in next(reader, [])]
    except csv.Error as error:
        raise RepaymentFileInvalid(f"The header cannot be read: {error}.", field="body", remedy="Send CSV.") from None
    if is_long:
        raise RepaymentFileInvalid(
            f"The first line is longer than {LINE_BYTES_MAX:,} bytes.",
            field="body",
            remedy=f"Begin with {','.join(COLUMNS)}.",
        )
    missing = {"loan", "amount", "reference"} - set(header)
    if missing or len(set(header)) != len(header):
        raise RepaymentFileInvalid(
            f"The first line does not name {', '.join(sorted(missing)) or 'each column once'}.",
            field="body",
            remedy=f"Begin with {','.join(COLUMNS)}.",
        )
    place = 0
    while True:
        is_long = False
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            place += 1
            yield _bad(place, "", f"The row cannot be read: {error}.")
            continue
        if not any(cells):
            continue
        place += 1
        raw = ",".join(cells)
        shown = raw.encode("utf-8", "replace").decode()
        if shown != raw:
            yield _bad(place, shown, "The row is not UTF-8.")
        elif is_long or len(raw) > LINE_BYTES_MAX:
            yield _bad(place, shown, f"The row is longer than {LINE_BYTES_MAX:,} bytes.")
        elif len(cells) != len(header):
            yield _bad(place, shown, f"The row has {len(cells)} cells, the header {len(header)}.")
        else:
            yield _Row(place, shown, dict(zip(header, cells, strict=True)))


def _bad(place: int, raw: str, message: str) -> _Row:
    return _Row(place, raw, None, _RowInvalid(message, field=f"row {place}", remedy="Mend the row and send it again."))

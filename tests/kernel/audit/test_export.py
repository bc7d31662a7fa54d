"""The export is verified with nothing but the public key, and everything that is done to it shows."""

from pathlib import Path

import orjson
import pytest
from tests.support.audit import Log

from intendant.kernel import audit


@pytest.mark.parametrize("name", ["log.ndjson", "log.ndjson.gz"])
def test_an_export_holds_all_and_is_whole(full_log: Log, tmp_path: Path, name: str) -> None:
    with full_log.database.snapshot(full_log.organization_id) as tx:
        counts = audit.export(tx, full_log.organization_id, tmp_path / name)
    assert counts == {"leaf": 12, "checkpoint": 3, "unbound": 0}
    report = audit.verify_export(tmp_path / name, full_log.key.public_key(), checkpoints=full_log.path)
    assert (report.ok, report.leaves, report.unsealed, report.notices) == (True, 12, 2, [])
    assert report.rows == full_log.verify().rows


def test_any_line_taken_out_of_an_export_is_missed(full_log: Log, tmp_path: Path) -> None:
    path = tmp_path / "log.ndjson"
    full_log.seal()
    assert full_log.export(path).ok
    lines = path.read_bytes().splitlines(keepends=True)
    for index in range(1, len(lines)):
        path.write_bytes(b"".join(lines[:index] + lines[index + 1 :]))
        assert not audit.verify_export(path, full_log.key.public_key()).ok, lines[index][:80]


def test_any_altered_value_in_an_export_is_found_where_it_is(full_log: Log, tmp_path: Path) -> None:
    path = tmp_path / "log.ndjson"
    full_log.seal()
    assert full_log.export(path).ok
    lines = path.read_bytes().splitlines()
    decision = next(i for i, line in enumerate(lines) if b'"decision":{' in line)
    altered = orjson.loads(lines[decision])
    for column in audit.DECISION.columns:
        row = {**altered["rows"]["decision"], column: "4242"}
        lines[decision] = orjson.dumps({**altered, "rows": {**altered["rows"], "decision": row}})
        path.write_bytes(b"\n".join(lines) + b"\n")
        report = audit.verify_export(path, full_log.key.public_key())
        assert (report.first.log, report.first.position) == ("decisions", 1), column


def test_an_export_cut_short_is_found(full_log: Log, tmp_path: Path) -> None:
    for name in ("log.ndjson", "log.ndjson.gz"):
        path = tmp_path / name
        assert full_log.export(path).ok
        content = path.read_bytes()
        path.write_bytes(content[: len(content) * 2 // 3])
        report = audit.verify_export(path, full_log.key.public_key())
        assert any("it ends early or lacks lines" in finding.reason for finding in report.findings)


def test_an_export_that_lacks_the_newest_checkpoints_is_found_with_the_checkpoint_file(
    full_log: Log, tmp_path: Path
) -> None:
    path = tmp_path / "log.ndjson"
    assert full_log.export(path).ok
    lines = path.read_bytes().splitlines()
    kept = [i for i, line in enumerate(lines) if line.startswith(b'{"line":"checkpoint"')][1]
    leaves = sum(line.startswith(b'{"line":"leaf"') for line in lines[: kept + 1])
    end = orjson.dumps({"line": "end", "leaf": leaves, "checkpoint": 2, "unbound": 0})
    path.write_bytes(b"\n".join([*lines[: kept + 1], end]) + b"\n")
    key = full_log.key.public_key()
    assert audit.verify_export(path, key).ok, "what was never shown cannot be missed without the file outside"
    report = audit.verify_export(path, key, checkpoints=full_log.path)
    assert str(report.first) == "checkpoints 3: it is in the checkpoint file, and missing here"


def test_the_wrong_key_is_told_apart(full_log: Log, tmp_path: Path) -> None:
    full_log.export(tmp_path / "log.ndjson")
    stranger = audit.open_signing_key(tmp_path / "stranger").public_key()
    report = audit.verify_export(tmp_path / "log.ndjson", stranger)
    assert "not signed by this key" in report.first.reason


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"[]\n", b'{"line":"header"}\n', b"id,amount\n1,2\n"])
def test_a_file_that_is_no_export_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "something.ndjson"
    path.write_bytes(content)
    key = audit.open_signing_key(tmp_path / "keys").public_key()
    with pytest.raises(audit.ExportInvalid):
        audit.verify_export(path, key)


def test_rubbish_between_the_lines_of_an_export_is_found(full_log: Log, tmp_path: Path) -> None:
    path = tmp_path / "log.ndjson"
    full_log.export(path)
    lines = path.read_bytes().splitlines()
    for rubbish in (b"\xff\xfe", b"[1]", b'{"line":"leaf"}', b'{"line":"leaf","rows":[1]}', b'{"line":7}', b"{}"):
        path.write_bytes(b"\n".join([*lines[:3], rubbish, *lines[3:]]) + b"\n")
        report = audit.verify_export(path, full_log.key.public_key())
        assert (report.first.log, report.first.reason[:7]) == ("export", "line 4 "), rubbish

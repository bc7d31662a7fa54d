"""Proofs of single leaves, searching the log within bounds, and the vectors by which other programs test their verifiers."""

import gzip
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.audit import Log

from intendant.kernel import audit

VECTORS = Path(__file__).parent / "vectors.json"


def _leaves(count: int) -> list[bytes]:
    return [hashlib.sha256(bytes([place])).digest() for place in range(count)]


@given(st.integers(0, 70), st.integers(1, 40), st.data())
def test_a_path_from_peaks_is_the_path_of_the_whole_tree(known: int, more: int, data: st.DataObject) -> None:
    leaves = _leaves(known + more)
    before = audit.Frontier()
    before.extend(leaves[:known])
    tree = audit.Tree(before, leaves[known:])
    index = data.draw(st.integers(known, known + more - 1))
    assert tree.root() == audit.merkle_root(leaves)
    assert tree.path(index) == audit.inclusion_proof(leaves, index)
    assert audit.verify_inclusion(leaves[index], index, len(leaves), tree.path(index), tree.root())


def test_a_leaf_that_only_the_peaks_know_has_no_path() -> None:
    before = audit.Frontier()
    before.extend(_leaves(5))
    with pytest.raises(IndexError):
        audit.Tree(before, _leaves(2)).path(4)


def test_a_search_that_ends_at_its_bound_says_where_to_go_on(log: Log) -> None:
    log.happen(1)
    log.note(5)
    with log.database.transaction(log.organization_id) as tx:
        acts = [json.loads(row["body"])["act"] for row in tx.all("select body from audit order by id")]
        wanted = audit.LeafFilter(act=acts[0])
        first = audit.list_leaves(tx, wanted, before=None, limit=10, scan=3)
        assert first.rows == []
        assert first.resume is not None
        second = audit.list_leaves(tx, wanted, before=first.resume, limit=10, scan=3)
        assert len(second.rows) == 1
        assert audit.list_leaves(tx, wanted, before=None, limit=10).resume is None


def test_proofs_hold_beyond_a_restore(log: Log) -> None:
    """A restore takes back what later checkpoints said; a proof names one that still holds."""
    log.note(3)
    log.seal()
    log.note(2)
    log.seal()
    with log.superuser() as connection:
        connection.execute("delete from audit where id in (select id from audit order by id desc limit 2)")
        connection.execute("delete from checkpoints where number = 2")
        connection.execute("update installation set epoch = epoch + 1")
        connection.execute("alter table audit alter epoch set default 2")
    audit.acknowledge_restore(log.database, log.organization_id, log.folder, log.key)
    log.note(4)
    log.seal()
    with log.database.snapshot(log.organization_id) as tx:
        leaves = [row["id"] for row in tx.all("select id from audit order by epoch, xid, seq")]
        proofs = [audit.prove(tx, audit.get_leaf(tx, leaf)) for leaf in leaves]
    assert [proof.index for proof in proofs] == list(range(7))
    assert [proof.number for proof in proofs] == [1] * 3 + [4] * 4
    for proof in proofs:
        assert audit.verify_inclusion(proof.leaf.hash, proof.index, proof.size, proof.path, proof.root)


def _vectors(log: Log, folder: Path) -> dict[str, Any]:
    path = folder / "export.ndjson.gz"
    log.export(path)
    proofs = []
    with log.database.snapshot(log.organization_id) as tx:
        for row in tx.all("select id from audit order by epoch, xid, seq"):
            leaf = audit.get_leaf(tx, row["id"])
            if audit.find_covering_number(tx, leaf.position) is None:
                continue
            proof = audit.prove(tx, leaf)
            assert leaf.salt is not None
            proofs.append(
                {
                    "id": str(leaf.id),
                    "salt": leaf.salt.hex(),
                    "body_text": leaf.body,
                    "leaf": leaf.hash.hex(),
                    "index": proof.index,
                    "size": proof.size,
                    "path": [sibling.hex() for sibling in proof.path],
                    "root": proof.root.hex(),
                    "checkpoint": {"body": proof.body, "signature": proof.signature.hex()},
                }
            )
    public = log.key.public_key()
    return {
        "public_key": {
            "pem": audit.public_pem(public).decode(),
            "raw": public.public_bytes_raw().hex(),
            "id": audit.key_id(public),
        },
        "proofs": proofs,
        "export": gzip.decompress(path.read_bytes()).decode().splitlines(),
    }


def test_the_vectors_hold_by_our_own_verifiers(full_log: Log, tmp_path: Path) -> None:
    if os.environ.get("INTENDANT_TEST_ACCEPT"):
        VECTORS.write_text(json.dumps(_vectors(full_log, tmp_path), indent=1) + "\n", encoding="utf-8")
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))
    (tmp_path / "key.pem").write_text(vectors["public_key"]["pem"], encoding="utf-8")
    key = audit.load_public_key(tmp_path / "key.pem")
    assert (key.public_bytes_raw().hex(), audit.key_id(key)) == (
        vectors["public_key"]["raw"],
        vectors["public_key"]["id"],
    )
    assert len(vectors["proofs"]) >= 8
    for each in vectors["proofs"]:
        leaf = audit.leaf_hash(bytes.fromhex(each["salt"]), each["body_text"].encode())
        path = [bytes.fromhex(sibling) for sibling in each["path"]]
        root = bytes.fromhex(each["root"])
        assert leaf.hex() == each["leaf"]
        assert audit.verify_inclusion(leaf, each["index"], each["size"], path, root)
        signature = bytes.fromhex(each["checkpoint"]["signature"])
        said = audit.parse_checkpoint(each["checkpoint"]["body"], signature, key).statement
        assert (said.root, said.size) == (root, each["size"])
    export = tmp_path / "export.ndjson"
    export.write_text("".join(f"{line}\n" for line in vectors["export"]), encoding="utf-8")
    report = audit.verify_export(export, key)
    assert report.ok, report.findings
    assert report.sealed == len(vectors["proofs"])

"""Bytes are kept by their digest, once, in the database or in a file store, and what comes back is what was put."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from intendant.kernel import files
from intendant.kernel.organizations import Organization
from intendant.kit import clock, ids
from intendant.kit.database import Database

MIB = 1024 * 1024


def _body(size: int) -> bytes:
    seed = hashlib.sha256(b"intendant").digest()
    return (seed * (size // len(seed) + 1))[:size]


def _stores(tmp_path: Path) -> dict[str, files.FileStore | None]:
    return {
        "database": None,
        "file": files.open_store(f"file://{tmp_path}/store"),
        "memory": files.open_store(f"memory://{ids.new_id()}/files"),
    }


@pytest.mark.parametrize("size", [0, 1, files.PART_BYTES, 2 * files.PART_BYTES + 1])
def test_what_is_put_comes_back_from_every_store(
    size: int, database: Database, organization: Organization, tmp_path: Path
) -> None:
    body = _body(size)
    for name, store in _stores(tmp_path).items():
        with database.transaction(organization.id) as tx:
            digest = files.put(tx, organization.id, body, store)
            assert files.put(tx, organization.id, body, store) == digest
        assert digest == hashlib.sha256(body).digest()
        with database.transaction(organization.id) as tx:
            assert files.get(tx, organization.id, digest, store) == body, name
            assert files.release(tx, organization.id, digest, [])
            with pytest.raises(files.FileMissing):
                files.get(tx, organization.id, digest, store)


def test_a_file_of_another_organisation_is_not_there(
    database: Database, organization: Organization, other_organization: Organization
) -> None:
    with database.transaction(organization.id) as tx:
        digest = files.put(tx, organization.id, b"ours")
    with database.transaction(other_organization.id) as tx, pytest.raises(files.FileMissing):
        files.get(tx, organization.id, digest)


def test_damaged_bytes_are_never_returned(database: Database, organization: Organization, tmp_path: Path) -> None:
    store = files.open_store(f"file://{tmp_path}/store")
    with database.transaction(organization.id) as tx:
        inside = files.put(tx, organization.id, b"kept inside")
        outside = files.put(tx, organization.id, b"kept outside", store)
    with database.system() as tx:
        tx.execute("update file_parts set body = %b", [b"other bytes"])
    (path,) = [each for each in (tmp_path / "store").rglob("*") if each.is_file()]
    path.write_bytes(b"kept outsidE")
    with database.transaction(organization.id) as tx:
        for digest in (inside, outside):
            with pytest.raises(files.FileDamaged):
                files.get(tx, organization.id, digest, store)


def test_a_file_of_a_store_that_is_not_set_or_gone_says_so(
    database: Database, organization: Organization, tmp_path: Path
) -> None:
    store = files.open_store(f"file://{tmp_path}/store")
    with database.transaction(organization.id) as tx:
        digest = files.put(tx, organization.id, b"kept outside", store)
        with pytest.raises(files.FileStoreUnavailable, match="INTENDANT_FILES_URL"):
            files.get(tx, organization.id, digest, None)
    (path,) = [each for each in (tmp_path / "store").rglob("*") if each.is_file()]
    path.unlink()
    with database.transaction(organization.id) as tx:
        with pytest.raises(files.FileStoreUnavailable):
            files.get(tx, organization.id, digest, store)
        assert files.put(tx, organization.id, b"kept outside", store) == digest
        assert files.get(tx, organization.id, digest, store) == b"kept outside"


def test_a_file_stays_while_a_row_names_it(database: Database, organization: Organization) -> None:
    references = [files.Reference("files", "digest", "size > 2")]
    with database.transaction(organization.id) as tx:
        digest = files.put(tx, organization.id, b"named")
        assert not files.release(tx, organization.id, digest, references)
        small = files.put(tx, organization.id, b"n")
        assert files.release(tx, organization.id, small, references)


def test_a_file_beyond_the_bound_is_refused(database: Database, organization: Organization) -> None:
    with database.transaction(organization.id) as tx, pytest.raises(files.FileTooLarge):
        files.put(tx, organization.id, bytes(files.FILE_BYTES_MAX + 1))


def test_bytes_without_a_row_are_swept_when_they_are_old(
    database: Database, organization: Organization, tmp_path: Path
) -> None:
    now = clock.system_now()
    for store in _stores(tmp_path).values():
        if store is None:
            continue
        with database.transaction(organization.id) as tx:
            kept = files.put(tx, organization.id, f"kept {store.protocol}".encode(), store)
        with database.transaction(organization.id) as tx:
            lost = files.put(tx, organization.id, b"lost", store)
            assert files.release(tx, organization.id, lost, [])
        later = now + timedelta(seconds=files.GRACE_SECONDS + 60)
        with database.system() as tx:
            assert files.sweep(tx, store, now=now) == 0
            assert files.sweep(tx, store, now=later) == 1
            assert files.sweep(tx, store, now=later) == 0
        with database.transaction(organization.id) as tx:
            assert files.get(tx, organization.id, kept, store) == f"kept {store.protocol}".encode()


def test_an_address_with_credentials_or_of_an_unknown_kind_is_refused() -> None:
    assert files.open_store(None) is None
    for url in ("s3://key:secret@bucket/folder", "carrier-pigeon://roof", "/srv/files", "file:///a::zip://b"):
        with pytest.raises(files.FileStoreInvalid) as refused:
            files.open_store(url)
        assert "secret" not in str(refused.value)

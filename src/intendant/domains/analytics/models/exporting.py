"""A version as one file: given out with its record and signed, taken in again only if this installation's signature holds."""

import hashlib
from typing import Any
from uuid import UUID

import orjson

from intendant.domains.analytics.models import artifacts, repository, rows, usecases
from intendant.domains.analytics.models.repository import NewVersion
from intendant.kernel import audit, files
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import get_organization
from intendant.kit import clock
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Invalid

MAGIC = b"intendant model export 1\n"
RECORD_BYTES_MAX = 64 * 1024 * 1024
EXPORT_BYTES_MAX = files.FILE_BYTES_MAX + RECORD_BYTES_MAX
SIGNATURE_BYTES = 64
_LENGTH_BYTES = 8
_DOMAIN = b"intendant model export 1\0"
_KEPT = ("algorithm", "spec", "report", "reference", "metric", "metric_value", "higher_is_better", "validated")


class ExportRefused(Invalid):
    """A file that is no export of this installation, or was changed since, or is of another kind of model."""

    code = "ai_model_export_refused"


def require_size(size: int) -> None:
    """Refuse what is longer than any export; raises ExportRefused."""
    if size > EXPORT_BYTES_MAX:
        raise _refused(f"The file has more than {EXPORT_BYTES_MAX:,} bytes.")


def give_out(tx: Transaction, by: Principal, system: Any, model_id: UUID, number: int) -> bytes:
    """Return a version as one file: magic, signature over all that follows, length of the record, record, artifact."""
    by.require(Permission.AI_MANAGE)
    model = rows.get_model(tx, model_id)
    version = rows.get_version(tx, model_id, number)
    artifact = artifacts.read(tx, system.signer.public_key(), version, system.files)
    record = {name: version[name] for name in _KEPT} | {
        "model_name": model["model_name"],
        "model_type": model["model_type"],
        "model_id": str(model_id),
        "number": number,
        "data_digest": bytes(version["data_digest"]).hex(),
        "trained_at": version["trained_at"].isoformat(),
        "created_by": version["created_by"],
    }
    head = orjson.dumps(record)
    body = len(head).to_bytes(_LENGTH_BYTES, "big") + head + artifact
    signature: bytes = system.signer.sign(_DOMAIN + hashlib.sha256(body).digest())
    subject = usecases.subject_of(model_id)
    detail: dict[str, object] = {"number": number, "digest": bytes(version["artifact"]).hex()}
    act = audit.Act(tx.organization_id, by.label, "analytics.model.exported", subject, clock.system_now(), detail)
    audit.append(tx, [act])
    return MAGIC + signature + body


def take_in(tx: Transaction, by: Principal, system: Any, model_id: UUID, content: bytes) -> Row:
    """Make a version of a file that `give_out` wrote. It answers nothing until somebody deploys it. Raises ExportRefused."""
    by.require(Permission.AI_MANAGE)
    model = rows.get_model(tx, model_id, lock=True)
    record, artifact = _opened(system, content)
    if record["model_type"] != model["model_type"]:
        raise _refused(f"The file holds a model for {record['model_type']}, and this one is for {model['model_type']}.")
    _require_loadable(artifact)
    digest = files.put(tx, tx.organization_id, artifact, system.files)
    number = model["latest_version"] + 1
    signature = artifacts.sign(system.signer, tx.organization_id, model_id, number, digest)
    now = clock.system_now()
    why = f"Taken in from an export of version {record['number']} of '{record['model_name']}', by {by.label}."
    version = NewVersion(
        **{name: record[name] for name in _KEPT},
        artifact=digest,
        data_digest=bytes.fromhex(record["data_digest"]),
        dataset_id=None,
        why=why,
        task_id=None,
        created_by=by.label,
        trained_at=get_organization(tx, tx.organization_id).clock.at(now),
        recorded_at=now,
    )
    repository.insert_version(tx, model_id, number, signature, version)
    row = rows.get_version(tx, model_id, number)
    usecases.tell_trained(tx, model_id, row, actor=by.label)
    return row


def _opened(system: Any, content: bytes) -> tuple[dict[str, Any], bytes]:
    from cryptography.exceptions import InvalidSignature

    require_size(len(content))
    start = len(MAGIC) + SIGNATURE_BYTES
    if not content.startswith(MAGIC) or len(content) < start + _LENGTH_BYTES:
        raise _refused("The file is no export of a model.")
    signature, body = content[len(MAGIC) : start], content[start:]
    try:
        system.signer.public_key().verify(signature, _DOMAIN + hashlib.sha256(body).digest())
    except InvalidSignature as error:
        raise _refused("The file was not signed by this installation, or was changed since.") from error
    # From here on every byte is one that this installation wrote.
    length = int.from_bytes(body[:_LENGTH_BYTES], "big")
    record: dict[str, Any] = orjson.loads(body[_LENGTH_BYTES : _LENGTH_BYTES + length])
    return record, body[_LENGTH_BYTES + length :]


def _require_loadable(artifact: bytes) -> None:
    from intendant.learning.estimators import load_model

    load_model(artifact)


def _refused(why: str) -> ExportRefused:
    return ExportRefused(why, field="body", remedy="Send the file as it was downloaded from this installation.")

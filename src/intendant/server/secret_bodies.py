"""Bodies that bring secrets: told apart by a keyed digest, for a plain one lets whoever reads the database guess a short secret."""

import hashlib
import hmac

import orjson
from pydantic import BaseModel, SecretStr

from intendant.kernel import vault
from intendant.kit.database import Transaction
from intendant.server.idempotency import Once
from intendant.server.system import ServedSystem


def find_digest(system: ServedSystem, tx: Transaction, once: Once, body: BaseModel) -> bytes | None:
    """Return the `body_digest` of a request that brings secrets; None without an Idempotency-Key, when nothing is kept of it.

    The vault must have been prepared for the organisation.
    """
    if once.key is None:
        return None
    shown = body.model_dump(mode="json")
    for name in type(body).model_fields:
        value = getattr(body, name)
        if isinstance(value, SecretStr):
            shown[name] = value.get_secret_value()
    written = orjson.dumps(shown, option=orjson.OPT_SORT_KEYS)
    return hmac.digest(vault.digest_key(tx, system.vault.keyring), written, hashlib.sha256)

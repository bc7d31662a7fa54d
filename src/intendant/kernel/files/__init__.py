"""Files: bytes by their digest, of one organisation: artifacts of models and the rows of datasets.

They lie in the database, or in any file store that fsspec speaks to. What is read is compared with its digest, always.
"""

from intendant.kernel.files._files import (
    DATABASE,
    DIGEST_BYTES,
    FILE_BYTES_MAX,
    PART_BYTES,
    FileDamaged,
    FileMissing,
    FileTooLarge,
    Reference,
    get,
    put,
    release,
)
from intendant.kernel.files._store import FileStore, FileStoreInvalid, FileStoreUnavailable, open_store
from intendant.kernel.files._sweep import GRACE_SECONDS, sweep

__all__ = [
    "DATABASE",
    "DIGEST_BYTES",
    "FILE_BYTES_MAX",
    "GRACE_SECONDS",
    "PART_BYTES",
    "FileDamaged",
    "FileMissing",
    "FileStore",
    "FileStoreInvalid",
    "FileStoreUnavailable",
    "FileTooLarge",
    "Reference",
    "get",
    "open_store",
    "put",
    "release",
    "sweep",
]

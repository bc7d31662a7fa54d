"""Tables of past applications: read any file, propose what its columns mean, hand over clean rows."""

from ._read import read_table
from ._table import (
    DEFAULT_LIMITS,
    Quarantine,
    QuarantinedRow,
    ReadLimits,
    Table,
    TableEmpty,
    TableTooLarge,
    TableUnreadable,
)

__all__ = [
    "DEFAULT_LIMITS",
    "Quarantine",
    "QuarantinedRow",
    "ReadLimits",
    "Table",
    "TableEmpty",
    "TableTooLarge",
    "TableUnreadable",
    "read_table",
]

"""Tables of past applications: read any file, propose what its columns mean, hand over clean rows."""

from ._applications import AppliedTable, applications
from ._check import MappingError, check_mapping, require_mapping
from ._export import escape_cell
from ._mapping import Feature, FeatureType, Mapping, MappingInvalid, dump_mapping, parse_mapping
from ._moments import read_moments
from ._outcome import GoodValues, OutcomeCandidate
from ._propose import MappingProposal, OutcomeUnclear, Suspect, propose_mapping
from ._read import read_table
from ._roles import Choice
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
from ._values import DATE_FORMATS, find_date_format, parse_dates

__all__ = [
    "DATE_FORMATS",
    "DEFAULT_LIMITS",
    "AppliedTable",
    "Choice",
    "Feature",
    "FeatureType",
    "GoodValues",
    "Mapping",
    "MappingError",
    "MappingInvalid",
    "MappingProposal",
    "OutcomeCandidate",
    "OutcomeUnclear",
    "Quarantine",
    "QuarantinedRow",
    "ReadLimits",
    "Suspect",
    "Table",
    "TableEmpty",
    "TableTooLarge",
    "TableUnreadable",
    "applications",
    "check_mapping",
    "dump_mapping",
    "escape_cell",
    "find_date_format",
    "parse_dates",
    "parse_mapping",
    "propose_mapping",
    "read_moments",
    "read_table",
    "require_mapping",
]

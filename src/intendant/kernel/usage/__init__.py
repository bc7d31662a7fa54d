"""Metering: what each key and person used."""

from intendant.kernel.usage._meter import FLUSH_SECONDS, Meter, Used, flush
from intendant.kernel.usage._queries import PeriodInvalid, UsageBy, UsageRow, list_usage

__all__ = ["FLUSH_SECONDS", "Meter", "PeriodInvalid", "UsageBy", "UsageRow", "Used", "flush", "list_usage"]

"""Fixtures of the audit log's tests."""

from tests.support.audit import full_log, log

__all__ = ["full_log", "log"]

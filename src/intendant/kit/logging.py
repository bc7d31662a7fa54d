"""Structured logs: one event a line, ids as fields, no personal data and no secrets, to standard error.

The standard library's logs take the same pipe, so a line of a dependency looks like one of ours. Every line of a request
carries its id, and its trace, organisation and caller once they are known (see `structlog.contextvars`).
"""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from contextvars import ContextVar
from typing import Any

import orjson
import structlog

from intendant.kit.faults import mark_faults
from intendant.kit.secret_text import wipe

REDACTED = "[redacted]"
_SECRET_NAMES = re.compile(
    r"password|passphrase|secret|token|authorization|cookie|api_?key|private_?key|credential(?!_id)|signature|kek", re.I
)
_SECRET_TEXTS = re.compile(
    r"(?P<key>\bik_)[A-Za-z0-9_-]{8,}"
    # Sessions, links and invitations: as long as our tokens are, for many a name in a traceback begins with is_.
    r"|(?P<token>\b(?:is|il|im)_)[A-Za-z0-9_-]{40,}"
    r"|(?P<signing>\bwhsec_)[A-Za-z0-9+/]{16,}=*"
    r"|(?P<bot>\bxox[a-z]-)[A-Za-z0-9-]{8,}"
    r"|(?P<telegram>\bbot[0-9]{3,20}:)[A-Za-z0-9_-]{20,}"
    r"|(?P<bearer>\bBearer\s+)[A-Za-z0-9._~+/=-]{8,}"
    r"|(?P<url>\b[a-z][a-z0-9+]*://[^\s:/@]*:)[^\s@/]+(?=@)",
    re.I,
)
_DEPTH_MAX = 4


REQUEST: ContextVar[Mapping[str, Any] | None] = ContextVar("request", default=None)
"""What is known of the request that is being served; its caller once the guard has let them through."""


def name_caller(_logger: Any, _method: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Write organisation and caller beside a line that comes from within a request."""
    request = REQUEST.get()
    principal = None if request is None else request.get("intendant.principal")
    if principal is not None:
        fields.setdefault("organization", str(principal.organization_id))
        fields.setdefault("caller", f"{principal.kind}:{principal.id}")
    return fields


def redact(_logger: Any, _method: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take secrets out of a line: whole fields by their name; keys, bearer tokens, passwords and revealed values in texts."""
    for name, value in fields.items():
        fields[name] = REDACTED if _SECRET_NAMES.search(name) and value else _without_secrets(value, _DEPTH_MAX)
    return fields


def _without_secrets(value: Any, depth: int) -> Any:
    match value:
        case str():
            return _SECRET_TEXTS.sub(lambda found: next(g for g in found.groups() if g) + REDACTED, wipe(value))
        case dict() if depth:
            return {
                name: REDACTED if _SECRET_NAMES.search(str(name)) and each else _without_secrets(each, depth - 1)
                for name, each in value.items()
            }
        case list() | tuple() if depth:
            return [_without_secrets(each, depth - 1) for each in value]
        case _:
            return value


def _as_json(fields: Any, **_: Any) -> str:
    return orjson.dumps(fields, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def configure_logging(level: str = "info", *, log_format: str | None = None) -> None:
    """Set up structlog and the standard library's logging with one format: JSON lines, or readable text on a terminal."""
    number = logging.getLevelNamesMapping()[level.upper()]
    as_text = sys.stderr.isatty() if log_format is None else log_format == "text"
    before: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    after: list[structlog.typing.Processor] = [name_caller, mark_faults, structlog.processors.format_exc_info, redact]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if as_text
        else structlog.processors.JSONRenderer(serializer=_as_json)
    )
    structlog.configure(
        processors=[*before, *after, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*before, structlog.stdlib.add_logger_name, structlog.stdlib.ExtraAdder()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *after, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(number, logging.WARNING))

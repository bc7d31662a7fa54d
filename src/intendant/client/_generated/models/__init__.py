"""What operations take and answer, a module for each group, imported when it is first used. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intendant.client._generated.models import (
        access,
        ai_analytics,
        alerts,
        approvals,
        audit,
        channels,
        collections,
        components,
        controller,
        datasets,
        decisions,
        effects,
        events,
        evidence,
        health,
        ledger,
        lending,
        lists,
        loans,
        mutes,
        offers,
        organization,
        overview,
        policies,
        portfolio,
        privacy,
        shared,
        system,
        tasks,
        usage,
        vault,
        views,
        webhooks,
    )

__all__ = [
    "access",
    "ai_analytics",
    "alerts",
    "approvals",
    "audit",
    "channels",
    "collections",
    "components",
    "controller",
    "datasets",
    "decisions",
    "effects",
    "events",
    "evidence",
    "health",
    "ledger",
    "lending",
    "lists",
    "loans",
    "mutes",
    "offers",
    "organization",
    "overview",
    "policies",
    "portfolio",
    "privacy",
    "shared",
    "system",
    "tasks",
    "usage",
    "vault",
    "views",
    "webhooks",
]


def __getattr__(name: str) -> ModuleType:
    if name in __all__:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"There are no models of {name!r}; there are those of {', '.join(__all__)}.")

"""Routes of the kernel: one module for each kernel package, listed here one by one."""

from fastapi import APIRouter

from intendant.server.routes import (
    access,
    alerts,
    answers,
    approvals,
    audit,
    components,
    controller,
    decisions,
    effects,
    events,
    metrics,
    organization,
    overview,
    policies,
    policy_proposals,
    secrets,
    system,
    tasks,
    usage,
    views,
    webhook_sources,
    webhooks,
)

ROUTERS: tuple[APIRouter, ...] = (
    decisions.router,
    approvals.router,
    answers.router,
    # Before the kinds, so that 'proposals' is not taken for one.
    policy_proposals.router,
    policies.router,
    components.router,
    effects.router,
    controller.router,
    overview.router,
    alerts.router,
    tasks.router,
    events.router,
    audit.router,
    access.router,
    organization.router,
    views.router,
    webhooks.router,
    webhook_sources.router,
    usage.router,
    system.router,
    metrics.router,
    secrets.router,
)
"""Every router of the kernel, in the order of the reference."""

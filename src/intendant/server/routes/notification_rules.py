"""/api/v1/notification-rules: which alerts go to which channels, in which order, and when people want their quiet."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field

from intendant.kernel import channels, organizations
from intendant.kernel.access import Permission, Principal
from intendant.kernel.channels import Rule, RuleBody
from intendant.kit import clock
from intendant.kit.database import Transaction
from intendant.server.auth import requires
from intendant.server.idempotency import Idempotency
from intendant.server.paging import PAGE_SIZE, Limit, Page, page
from intendant.server.routes.channels import Name, Revision, by_of
from intendant.server.system import system_of
from intendant.server.views.channels import NotificationRuleView, show_rule

router = APIRouter(prefix="/api/v1/notification-rules", tags=["channels"])
Reader = Annotated[Principal, requires(Permission.CHANNEL_READ)]
Keeper = Annotated[Principal, requires(Permission.CHANNEL_MANAGE)]


class RuleNew(RuleBody):
    """A rule to make."""

    name: Name
    enabled: bool = True


class RuleChange(RuleBody):
    """A rule as it shall be from now on: what is left out is at its default, as in a new one."""

    revision: Revision
    name: Name
    enabled: bool = True
    position: Annotated[int, Field(ge=1, le=1_000)] | None = None


_OWN = {"name", "enabled", "revision", "position"}


@router.get("", summary="List rules of notification")
def list_rules(
    request: Request, principal: Reader, after: UUID | None = None, limit: Limit = PAGE_SIZE
) -> Page[NotificationRuleView]:
    """List rules, oldest first; where several name a channel, an alert goes there by the rule of the lowest `position`."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rows = channels.list_rules(tx, after=after, limit=limit + 1)
        shown = {rule.id: _show(tx, rule) for rule in rows}
    return page(rows, limit, show=lambda rule: shown[rule.id], key=lambda rule: rule.id)


@router.get("/{rule_id}", summary="Return a rule of notification")
def get_rule(request: Request, principal: Reader, rule_id: UUID) -> NotificationRuleView:
    """Return one rule."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        return _show(tx, channels.get_rule(tx, rule_id))


@router.post("", summary="Create a rule of notification", status_code=201, response_model=NotificationRuleView)
def create_rule(request: Request, principal: Keeper, body: RuleNew, once: Idempotency) -> Response:
    """Create a rule. It tells of alerts that are raised from now on."""

    def work(tx: Transaction) -> NotificationRuleView:
        parsed = channels.parse_rule(body.model_dump(exclude=_OWN))
        rule = channels.create_rule(tx, name=body.name, body=parsed, enabled=body.enabled, by=by_of(tx, principal))
        return _show(tx, rule)

    with system_of(request).database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: work(tx), status=201)
    return answer


@router.put("/{rule_id}", summary="Change a rule of notification")
def change_rule(request: Request, principal: Keeper, rule_id: UUID, body: RuleChange) -> NotificationRuleView:
    """Change a rule, pause it or move it; what it has planned already stays planned."""
    parsed = channels.parse_rule(body.model_dump(exclude=_OWN))
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rule = channels.change_rule(
            tx,
            rule_id,
            revision=body.revision,
            name=body.name,
            body=parsed,
            enabled=body.enabled,
            position=body.position,
            by=by_of(tx, principal),
        )
        view = _show(tx, rule)
    return view


@router.delete("/{rule_id}", summary="Remove a rule of notification", status_code=204)
def remove_rule(request: Request, principal: Keeper, rule_id: UUID) -> None:
    """Remove a rule; what it has not sent yet is not sent any more."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        channels.remove_rule(tx, rule_id, by=by_of(tx, principal))


def _show(tx: Transaction, rule: Rule) -> NotificationRuleView:
    wanted = [channel_id for step in rule.body.steps for channel_id in step.channel_ids]
    names = channels.names_of_channels(tx, wanted)
    zone = organizations.get_organization(tx, tx.organization_id).time_zone
    return show_rule(rule, names, zone, clock.system_now())

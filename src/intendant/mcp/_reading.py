"""Tools that look and change nothing."""

from typing import Annotated, Any, Literal
from uuid import UUID

from mcp.server.mcpserver import MCPServer
from mcp.types import ToolAnnotations
from pydantic import Field

from intendant.client import AsyncIntendant
from intendant.mcp._answers import Register, Told, remedied, tell

READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
LIST_MAX = 50
WAIT_SECONDS_MAX = 60

Limit = Annotated[int, Field(ge=1, le=LIST_MAX, description="How many at most.")]
After = Annotated[str | None, Field(max_length=300, description="`next` of the page before.")]
Kind = Annotated[str, Field(max_length=100, description="Kind of decision, such as lending.application.")]


def add_reading_tools(server: MCPServer[Any], client: AsyncIntendant) -> None:
    """Add them."""

    def tool(title: str) -> Register:
        return server.tool(title=title, annotations=READS, structured_output=True)

    @tool("What waits for a person")
    @remedied
    async def what_waits(limit: Limit = 20, after: After = None) -> Told:
        """List the questions that wait for a person, those due first, each with what it is about, its tier and its risk.

        Where a case is blind the proposal is concealed on purpose, so that people judge by themselves; nothing here betrays it.
        """
        page = await client.approvals.list(state="open", sort="due_at", limit=limit, after=after)
        return tell(waiting=page.items, next=page.next)

    @tool("Show a question")
    @remedied
    async def show_approval(approval_id: UUID) -> Told:
        """Show one question with the facts, the choices and the `digest` that answer_approval needs."""
        return tell(approval=await client.approvals.get(approval_id))

    @tool("List decisions")
    @remedied
    async def list_decisions(
        verdict: list[Literal["act", "ask", "refuse"]] | None = None,
        kind: Kind | None = None,
        q: Annotated[str | None, Field(max_length=200, description="Words, an id or the beginning of one.")] = None,
        limit: Limit = 20,
        after: After = None,
    ) -> Told:
        """List or search decisions, the newest first."""
        page = await client.decisions.list(
            verdict=verdict, kind=None if kind is None else [kind], q=q, limit=limit, after=after
        )
        return tell(decisions=page.items, next=page.next)

    @tool("Show a decision")
    @remedied
    async def show_decision(decision_id: UUID) -> Told:
        """Show the whole record of a decision as it was frozen: values, rules, verdict, effects."""
        return tell(decision=await client.decisions.get(decision_id))

    @tool("Explain a decision")
    @remedied
    async def explain_decision(decision_id: UUID) -> Told:
        """Say why a decision came out as it did, and what would have changed it. Computed from its frozen values."""
        return tell(explanation=await client.decisions.explain(decision_id))

    @tool("Wait for an answer")
    @remedied
    async def wait_for_answer(
        decision_id: UUID, seconds: Annotated[int, Field(ge=0, le=WAIT_SECONDS_MAX)] = 20
    ) -> Told:
        """Wait until a decision that was asked of people has ended; `waiting` when it has not by then. Ask again as needed."""
        return tell(answer=await client.decisions.wait_for_answer(decision_id, wait=seconds))

    @tool("Status")
    @remedied
    async def status() -> Told:
        """Say how the business stands: the switch, components and their levels, queues, what waits."""
        return tell(status=await client.controller.status())

    @tool("The day")
    @remedied
    async def daily_overview() -> Told:
        """Say what today asks of people and what the business did today."""
        return tell(day=await client.overview.read_day())

    @tool("Figures")
    @remedied
    async def metrics() -> Told:
        """Return the figures of the usual period: decisions, automation, interventions, errors, money."""
        return tell(metrics=await client.overview.read_metrics())

    @tool("List alerts")
    @remedied
    async def list_alerts(
        state: Literal["open", "acknowledged", "snoozed", "resolved", "cleared"] = "open",
        limit: Limit = 20,
        after: After = None,
    ) -> Told:
        """List alerts, the newest first."""
        page = await client.alerts.list(state=state, limit=limit, after=after)
        return tell(alerts=page.items, next=page.next)

    @tool("Show a policy")
    @remedied
    async def show_policy(kind: Kind = "lending.application", version: int | None = None) -> Told:
        """Show the policy in force for a kind of decision, or one of its earlier versions."""
        return tell(policy=await client.policies.get(kind, version=version))

    @tool("Check a policy")
    @remedied
    async def check_policy(policy: dict[str, Any], kind: Kind = "lending.application") -> Told:
        """Say what is wrong with a draft of a policy: contradictions, gaps, rules that cannot be reached. Changes nothing."""
        return tell(check=await client.policies.check(kind, policy=policy))

    @tool("Try a policy on past decisions")
    @remedied
    async def try_policy(policy: dict[str, Any], kind: Kind = "lending.application", decisions: int = 200) -> Told:
        """Say which recent decisions a draft would have made differently. A dry run: a person publishes, elsewhere."""
        return tell(trial=await client.policies.try_draft(kind, policy=policy, limit=decisions))

    @tool("List models")
    @remedied
    async def list_models(limit: Limit = 20) -> Told:
        """List the models that predict."""
        page = await client.ai_analytics.list_models(limit=limit)
        return tell(models=page.items, next=page.next)

    @tool("Verify the audit")
    @remedied
    async def verify_audit() -> Told:
        """Check the whole audit log: whether anything was changed, removed or put in after the fact."""
        return tell(verification=await client.audit.verify())

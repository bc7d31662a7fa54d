"""/api/v1/policies: versions of each kind's policy; check, compare, publish, roll back."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from intendant.kernel import decisions, lists, organizations, policies
from intendant.kernel.access import Permission, Principal
from intendant.kernel.gate import Finding, FindingKind, Policy, VerdictKind, diff_policies, parse_policy
from intendant.kit import clock
from intendant.kit.database import Transaction
from intendant.kit.spreadsheet import CSV_TYPE, encode_lines
from intendant.server.acts import record_by
from intendant.server.auth import requires
from intendant.server.idempotency import Idempotency
from intendant.server.paging import PAGE_SIZE, Limit, Page, page
from intendant.server.policy_document import PolicyDocument
from intendant.server.policy_vocabulary import VocabularyView, show_vocabulary
from intendant.server.routes.policy_proposals import ChangeView, author_of
from intendant.server.system import system_of

router = APIRouter(prefix="/api/v1/policies", tags=["policies"])
Reader = Annotated[Principal, requires(Permission.POLICY_READ)]
Publisher = Annotated[Principal, requires(Permission.POLICY_PUBLISH)]
Reason = Annotated[str, Field(min_length=1, max_length=2000)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]
PolicyState = Literal["draft", "active", "retired"]
SubmittedState = Literal["active", "proposed", "scheduled"]


class PolicyBody(BaseModel):
    """A policy as data; its shape is described in the policy reference."""

    model_config = ConfigDict(extra="forbid")
    policy: PolicyDocument


class _When(BaseModel):
    """From when on it shall hold: `effective_from` is business time, null for at once.

    What has a date replaces the version that holds today, the scheduled proposal it `follows`, or `whatever_is_active` then.
    """

    effective_from: AwareDatetime | None = None
    follows: UUID | None = None
    whatever_is_active: bool = False


class PublishBody(PolicyBody, _When):
    """A policy to be published. `replaces` is the version its author started from."""

    reason: Reason
    replaces: Version | None = None


class RollbackBody(_When):
    """An earlier version that shall hold again."""

    model_config = ConfigDict(extra="forbid")
    version: Version
    reason: Reason


class PolicyVersion(BaseModel):
    """A version of a kind's policy without its body. It held from `effective_from` until `until`, in business time; `until`
    is null while it does. `approved_by` is the second person, where there was one."""

    kind: str
    version: int
    id: UUID
    state: PolicyState
    effective_from: datetime
    until: datetime | None
    author: str
    reason: str
    created_at: datetime
    proposal_id: UUID | None
    approved_by: str | None


class SubmittedPolicy(BaseModel):
    """What became of a policy: the version that holds now (`active`), or a proposal that waits for a second person or its date.

    `id` is the version's or the proposal's; `version` is null until there is one.
    """

    state: SubmittedState
    kind: str
    id: UUID
    version: int | None
    effective_from: datetime | None
    author: str
    reason: str
    created_at: datetime
    expires_at: datetime | None


class PolicyView(PolicyVersion):
    """A version of a kind's policy."""

    body: PolicyDocument


class DiffAnswer(BaseModel):
    """What changed from the old version to the new one."""

    kind: str
    old: int
    new: int
    changes: list[ChangeView]


class FindingView(BaseModel):
    """Something found in a policy. `path` is its place, as in rules[2].when; `example` are values of a case that shows it, and
    nothing else; `example_words` says them in words."""

    severity: Literal["error", "warning"]
    code: FindingKind
    path: str
    message: str
    rule: str | None
    rules: list[str]
    action: str | None
    example: dict[str, Any] | None
    example_words: str | None


class CheckAnswer(BaseModel):
    """Everything found in a policy; it may be published unless an error is among it."""

    publishable: bool
    findings: list[FindingView]


class TrialBody(PolicyBody):
    """A draft to be tried on the newest `limit` recorded decisions."""

    limit: Annotated[int, Field(ge=1, le=policies.TRIED_MAX)] = policies.TRIED_MAX


class TrialCount(BaseModel):
    """How many decisions were done one way and would be done another (or the same); `amount` is the money they move."""

    before_action: str
    before_verdict: VerdictKind
    after_action: str
    after_verdict: VerdictKind
    count: int
    amount: str


class TrialExample(BaseModel):
    """A decision that the draft would change, with the reasons then and now. `decided_at` is business time."""

    decision_id: UUID
    subject_id: UUID
    summary: str
    decided_at: datetime
    amount: str | None
    before_action: str
    before_verdict: VerdictKind
    after_action: str
    after_verdict: VerdictKind
    reasons_before: list[str]
    reasons_after: list[str]


class TrialAnswer(BaseModel):
    """What a draft would have done. `left_out` decisions turned on budgets, halts or people in control, which are not
    tried, or are to be judged unseen.

    Of each change the newest examples are shown; the table as CSV has all. Inputs, score and the model's doubt are as recorded; `since` is the business time of the oldest decision tried.
    """

    tried: int
    left_out: int
    changed: int
    since: datetime | None
    counts: list[TrialCount]
    examples: list[TrialExample]


@router.get("", summary="List policy versions")
def list_policies(
    request: Request,
    principal: Reader,
    kind: str | None = None,
    after: UUID | None = None,
    limit: Limit = PAGE_SIZE,
) -> Page[PolicyVersion]:
    """List versions of policies, newest first, without their bodies."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rows = policies.list_versions(tx, kind, before=after, limit=limit + 1)
    return page(rows, limit, show=PolicyVersion.model_validate, key=lambda row: row["id"])


@router.get("/{kind}", summary="Return a policy")
def get_policy(
    request: Request, principal: Reader, kind: str, version: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None
) -> PolicyView:
    """Return the active policy of a kind, or one version of it."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        row = policies.get_active(tx, kind) if version is None else policies.get_version(tx, kind, version)
    return PolicyView.model_validate(row)


@router.get("/{kind}/vocabulary", summary="List the words of a kind's policy")
def get_vocabulary(request: Request, principal: Reader, kind: str) -> VocabularyView:
    """Say what a policy of a kind may be written with: values, how each compares, actions, and every closed list of words."""
    system = system_of(request)
    declared = system.registry.kind(kind)
    with system.database.transaction(principal.organization_id) as tx:
        return show_vocabulary(kind, declared.vocabulary(tx), lists.list_names(tx))


@router.get("/{kind}/diff", summary="Compare two versions")
def diff(request: Request, principal: Reader, kind: str, old: int, new: int) -> DiffAnswer:
    """Say in words what changed between two versions."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        earlier, later = (parse_policy(policies.get_version(tx, kind, version)["body"]) for version in (old, new))
    changes = [ChangeView(**change._asdict()) for change in diff_policies(earlier, later)]
    return DiffAnswer(kind=kind, old=old, new=new, changes=changes)


@router.post("/{kind}/check", summary="Check a policy", response_model=CheckAnswer)
def check(request: Request, principal: Publisher, kind: str, body: PolicyBody, once: Idempotency) -> Response:
    """Check a policy without publishing it: contradictions block; gaps and overlaps are shown with an example."""
    system = system_of(request)
    declared = system.registry.kind(kind)
    policy = policies.parse_body(kind, body.policy)

    def work() -> CheckAnswer:
        findings = [_finding_view(finding) for finding in policies.check_draft(tx, declared, policy)]
        return CheckAnswer(publishable=not any(each.severity == "error" for each in findings), findings=findings)

    with system.database.transaction(principal.organization_id) as tx:
        return once.run(tx, work)


@router.post("/{kind}/try", summary="Try a draft on recorded decisions")
def try_draft(request: Request, principal: Publisher, kind: str, body: TrialBody) -> TrialAnswer:
    """Say what a draft would have done with the newest decisions, on their frozen values. It changes nothing."""
    system = system_of(request)
    declared = system.registry.kind(kind)
    draft = policies.parse_body(kind, body.policy)
    with system.database.transaction(principal.organization_id) as tx:
        trial = policies.try_policy(tx, declared, draft, limit=body.limit, draws=decisions.draws)
    return _trial_answer(trial)


@router.post(
    "/{kind}/try/export.csv",
    summary="Export what a draft would change as a table",
    responses={200: {"content": {CSV_TYPE: {"schema": {"type": "string"}}}, "description": "One line for each."}},
    response_class=Response,
)
def export_trial(request: Request, principal: Publisher, kind: str, body: TrialBody) -> Response:
    """Try a draft like `try`, and return every decision that it would change, before and after."""
    system = system_of(request)
    declared = system.registry.kind(kind)
    draft = policies.parse_body(kind, body.policy)
    with system.database.transaction(principal.organization_id) as tx:
        trial = policies.try_policy(tx, declared, draft, limit=body.limit, draws=decisions.draws)
        record_by(tx, principal, "policies.trial.exported", f"policy:{kind}")
    lines = [policies.TRIAL_COLUMNS, *policies.trial_lines(trial)]
    name = f"trial-{kind}-{clock.system_now():%Y%m%d-%H%M%S}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(encode_lines(lines), media_type=CSV_TYPE, headers=headers)


@router.post("/{kind}", status_code=201, summary="Publish a policy", response_model=SubmittedPolicy)
def publish(request: Request, principal: Publisher, kind: str, body: PublishBody, once: Idempotency) -> Response:
    """Publish a new version from the next decision on, or from a date on; where the active one asks for it, propose it."""
    system = system_of(request)
    system.registry.kind(kind)
    policy = policies.parse_body(kind, body.policy)
    author = author_of(request, principal)
    with system.database.transaction(principal.organization_id) as tx:
        return once.run(tx, lambda: _submit(tx, policy, author, body, replaces=body.replaces), status=201)


@router.post("/{kind}/rollback", status_code=201, summary="Roll a policy back", response_model=SubmittedPolicy)
def roll_back(request: Request, principal: Publisher, kind: str, body: RollbackBody, once: Idempotency) -> Response:
    """Publish an earlier version's policy as a new version, at once or from a date on; or propose it."""
    author = author_of(request, principal)

    def work() -> SubmittedPolicy:
        earlier = policies.get_version(tx, kind, body.version)
        return _submit(tx, parse_policy(earlier["body"]), author, body)

    with system_of(request).database.transaction(principal.organization_id) as tx:
        return once.run(tx, work, status=201)


def _submit(
    tx: Transaction,
    policy: Policy,
    author: policies.Author,
    body: PublishBody | RollbackBody,
    *,
    replaces: int | None = None,
) -> SubmittedPolicy:
    submitted = policies.submit(
        tx,
        organizations.get_organization(tx, tx.organization_id),
        policy,
        author=author,
        reason=body.reason,
        system_now=clock.system_now(),
        replaces=replaces,
        effective_from=body.effective_from,
        follows=body.follows,
        whatever_is_active=body.whatever_is_active,
    )
    row = submitted.version or submitted.proposal
    assert row is not None  # noqa: S101 - it is one of the two
    return SubmittedPolicy.model_validate({"expires_at": None, **row})


def _finding_view(finding: Finding) -> FindingView:
    blocks = policies.blocks_publishing(finding)
    return FindingView(
        severity="error" if blocks else "warning",
        code=finding.kind,
        path=finding.path,
        message=finding.text,
        rule=finding.rules[0] if finding.rules else None,
        rules=list(finding.rules),
        action=finding.action,
        example=None if finding.example is None else dict(finding.example),
        example_words=policies.example_words(finding),
    )


def _trial_answer(trial: policies.Trial) -> TrialAnswer:
    return TrialAnswer(
        tried=trial.tried,
        left_out=trial.left_out,
        changed=trial.changed,
        since=trial.since,
        counts=[
            TrialCount(**change._asdict(), count=tally.decisions, amount=str(tally.amount))
            for change, tally in trial.counts.items()
        ],
        examples=[
            TrialExample(
                decision_id=each.decision_id,
                subject_id=each.subject_id,
                summary=each.summary,
                decided_at=each.decided_at,
                amount=None if each.amount is None else str(each.amount),
                **each.change._asdict(),
                reasons_before=list(each.reasons_before),
                reasons_after=list(each.reasons_after),
            )
            for each in trial.examples
        ],
    )

"""What would be decided about a proposal now: the kind's estimate and the gate's verdict, and nothing is written.

Budgets count as unused and no sample is drawn, because both belong to cases that are really decided.
"""

from dataclasses import dataclass

from intendant.kernel.decisions import _inputs
from intendant.kernel.decisions._states import OrganizationState, PolicyCache, read_states, states_query
from intendant.kernel.gate import Allowances, Case, CompiledPolicy, Level, Verdict
from intendant.kernel.registry import Context, DecisionKind, Estimate, Proposal
from intendant.kit import clock
from intendant.kit.database import Transaction
from intendant.kit.errors import IntendantError

_NOT_DRAWN = 1.0


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What would be decided; `prepared` is what the kind loaded, `compiled` the policy that spoke."""

    prepared: object
    estimate: Estimate
    verdict: Verdict
    context: Context
    compiled: CompiledPolicy
    level: Level


def rehearse(tx: Transaction, kind: DecisionKind, policies: PolicyCache, proposal: Proposal) -> Rehearsal:
    """Say what would be decided about a new proposal; a read-only transaction will do. Raises what deciding would raise."""
    states = read_states(
        tx,
        policies,
        kind.name,
        kind.component,
        clock.system_now(),
        tx.all(*states_query(tx, kind.name, kind.component)),
    )
    state = states[proposal.organization_id]
    if not isinstance(state, OrganizationState):
        raise state
    context = state.context
    (prepared,) = kind.prepare(tx, [proposal], {proposal.organization_id: context})
    if isinstance(prepared, IntendantError):
        raise prepared
    (estimate,) = kind.estimate([(proposal, prepared, context)])
    muted = None
    if _inputs.is_needed(states.values()):
        looked = _inputs.look_up(tx, kind.name, [proposal], [(0, estimate)], states, locking=False)
        ((_, estimate),) = looked.estimated
        muted = looked.muted.get(0)
    case = Case(
        action=estimate.action,
        values=estimate.values,
        confidence=estimate.confidence,
        amount=estimate.amount,
        abstain=estimate.abstain,
        draw=_NOT_DRAWN,
        blind_draw=_NOT_DRAWN,
        at=context.now,
        muted=muted,
    )
    verdict = state.compiled.decide(case, state.component, Allowances())
    return Rehearsal(prepared, estimate, verdict, context, state.compiled, state.component.level)

"""What rules need beside the cases themselves, looked up for a whole batch at once: lists, aggregates, mutes.

The answers are laid into each case's values and so are frozen into its record: the trace is made from the record alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from intendant.kernel import aggregates, lists, mutes
from intendant.kernel.decisions._states import OrganizationState
from intendant.kernel.gate import Case, Inputs, list_key
from intendant.kernel.registry import Context, Estimate, Proposal
from intendant.kit.bulk import Writes
from intendant.kit.database import Transaction
from intendant.kit.errors import IntendantError

Placed = tuple[int, Estimate]
MutedRules = Mapping[str, str]
"""Rule to the id of its mute."""


@dataclass(slots=True)
class Looked:
    """What was found for a batch."""

    estimated: list[Placed]
    """The same estimates, with the answers among their values."""
    muted: Mapping[int, MutedRules] = field(default_factory=dict)
    counting: aggregates.Lookup | None = None

    def write_facts(self, writes: Writes, decision_ids: Mapping[int, UUID]) -> None:
        """Write what the decisions bring to later aggregates."""
        if self.counting is not None:
            writes.extend(aggregates.FACTS, self.counting.rows_for(decision_ids))


def is_needed(states: Iterable[OrganizationState | IntendantError]) -> bool:
    """Say whether any of a batch's policies needs something looked up, or a customer has a muted rule."""
    return any(
        isinstance(state, OrganizationState) and (state.compiled.inputs is not None or state.muted_fields)
        for state in states
    )


def look_up(
    tx: Transaction,
    kind: str,
    proposals: Sequence[Proposal],
    estimated: list[Placed],
    states: Mapping[UUID, OrganizationState | IntendantError],
    *,
    locking: bool = True,
) -> Looked:
    """Find everything in one round trip. With `locking`, decisions about the same entity wait for each other from here on."""
    asked: list[lists.Asked] = []
    muting: list[mutes.Asked] = []
    members: list[aggregates.Member] = []
    needs: dict[int, Inputs] = {}
    contexts: dict[UUID, Context] = {}
    for place, estimate in estimated:
        proposal = proposals[place]
        state = states[proposal.organization_id]
        if not isinstance(state, OrganizationState):
            continue
        context = contexts[proposal.organization_id] = state.context
        organization_id, values = proposal.organization_id, estimate.values
        inputs = state.compiled.inputs
        if inputs is not None:
            needs[place] = inputs
            asked += [
                lists.Asked(place, organization_id, name, field, values.get(field), context.now)
                for field, name in inputs.lists
            ]
            if inputs.aggregates:
                case = Case(estimate.action, values, estimate.confidence, estimate.amount, at=context.now)
                is_answer = proposal.answer is not None
                member = (place, organization_id, proposal.subject_id, case, context.now, is_answer, inputs.aggregates)
                members.append(aggregates.Member(*member))
        muting += [
            mutes.Asked(place, organization_id, kind, field, values.get(field), context.now)
            for field in state.muted_fields
        ]
    queries: list[tuple[str, Any]] = []
    if asked:
        queries.append(lists.membership_query(asked))
    if muting:
        queries.append(mutes.muted_query(muting))
    counting = aggregates.Lookup(kind, members) if members else None
    if counting is not None:
        queries += counting.queries(locking=locking)
    answers = tx.all_of(*queries) if queries else []
    found = lists.read_membership(answers.pop(0)) if asked else {}
    muted = mutes.read_muted(answers.pop(0)) if muting else {}
    counted: Mapping[int, Mapping[str, object]] = {}
    if counting is not None:
        facts, filled = answers[-1], answers[-2]
        if not _is_filled(counting, filled, contexts):
            if locking:
                _fill(tx, kind, counting, contexts, states)
                facts = tx.all(*counting.facts_query())
                counted = counting.fold(facts)
            else:
                counted = _recounted(tx, kind, members)
        else:
            counted = counting.fold(facts)
    answered = [
        (place, _answered(place, estimate, needs.get(place), found, counted.get(place, {})))
        for place, estimate in estimated
    ]
    return Looked(answered, muted, counting)


def answers_of(
    place: int,
    inputs: Inputs,
    found: Mapping[tuple[int, str, str], bool],
    counted: Mapping[str, object],
) -> dict[str, object]:
    """Return the values that a policy's inputs add to a case."""
    return {
        **{list_key(field, name): found.get((place, field, name)) for field, name in inputs.lists},
        **{each.key: counted.get(each.key) for each in inputs.aggregates},
    }


def _answered(
    place: int,
    estimate: Estimate,
    inputs: Inputs | None,
    found: Mapping[tuple[int, str, str], bool],
    counted: Mapping[str, object],
) -> Estimate:
    if inputs is None:
        return estimate
    return replace(estimate, values={**estimate.values, **answers_of(place, inputs, found, counted)})


def _is_filled(
    counting: aggregates.Lookup, rows: Sequence[Mapping[str, Any]], contexts: Mapping[UUID, Context]
) -> bool:
    filled: dict[tuple[UUID, UUID], Any] = {(row["organization_id"], row["series"]): row for row in rows}
    return all(
        aggregates.is_filled(
            filled.get((organization_id, series_id)),
            series,
            contexts[organization_id].policy_version,
            contexts[organization_id].system_now,
        )
        for (organization_id, series_id), series in counting.series_needed().items()
    )


def _fill(
    tx: Transaction,
    kind: str,
    counting: aggregates.Lookup,
    contexts: Mapping[UUID, Context],
    states: Mapping[UUID, OrganizationState | IntendantError],
) -> None:
    for organization_id in sorted({each for each, _ in counting.series_needed()}):
        state, context = states[organization_id], contexts[organization_id]
        if isinstance(state, OrganizationState):
            declared = state.compiled.policy.aggregates
            aggregates.fill(
                tx, context.organization, kind, context.policy_version, declared, system_now=context.system_now
            )


def _recounted(tx: Transaction, kind: str, members: Sequence[aggregates.Member]) -> dict[int, Mapping[str, object]]:
    """Count by the records, where nothing may be written."""
    last = UUID(int=2**128 - 1)
    found: dict[int, Mapping[str, object]] = {}
    for each in members:
        past = aggregates.Past(last, each.subject_id, each.at, each.case)
        (values,) = aggregates.recount(tx, each.organization_id, kind, each.aggregates, [past])
        found[each.place] = values or {}
    return found

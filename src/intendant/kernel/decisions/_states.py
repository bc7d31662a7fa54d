"""What holds for the organisations of a batch: the switch, levels, active policy and clock. One query for all of them."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import NamedTuple
from uuid import UUID

from intendant.kernel import control, organizations
from intendant.kernel.gate import CompiledPolicy, ComponentState, Level, compile_policy, parse_policy
from intendant.kernel.registry import Context
from intendant.kit.bulk import to_json
from intendant.kit.canonical import canonical_json, digest
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, IntendantError

POLICIES_KEPT_MAX = 4_096
_STATES = """
select o.*, c.state as switch, k.level, k.controlled_by, p.version as policy_version, g.intervention_threshold,
    array(select json_build_array(m.field, m.until) from mute_fields m
          where m.organization_id = o.id and m.kind = %(kind)s) as muted_fields
from organizations o
join controls c on c.organization_id = o.id
left join components k on k.organization_id = o.id and k.name = %(component)s
left join lateral (
    select max(version) as version from policies
    where organization_id = o.id and kind = %(kind)s and state = 'active') p on true
left join lateral (
    select (body ->> 'admin_intervention_threshold')::double precision as intervention_threshold from configurations
    where organization_id = o.id order by version desc limit 1) g on true
where o.id = any(%(organizations)s) and o.removed_at is null
"""


class PolicyMissing(Conflict):
    """No policy is active for this kind, so nothing may be decided."""

    code = "policy_missing"


@dataclass(frozen=True, slots=True)
class OrganizationState:
    """One organisation's state as the batch's transaction sees it."""

    context: Context
    component: ComponentState
    compiled: CompiledPolicy
    muted_fields: tuple[str, ...] = ()
    """By which values customers are named for whom a rule may be muted; nearly always none."""


class Wanted(NamedTuple):
    """A policy as it is in force: its version, under the least intervention threshold that the configuration sets."""

    organization_id: UUID
    version: int
    intervention_threshold: float


class PolicyCache:
    """Compiled policies by organisation, kind, version and threshold; organisations with the same body share one."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._by_version: OrderedDict[tuple[str, Wanted], CompiledPolicy] = OrderedDict()
        self._by_digest: OrderedDict[tuple[bytes, float], CompiledPolicy] = OrderedDict()

    def get(self, tx: Transaction, kind: str, wanted: Iterable[Wanted]) -> dict[UUID, CompiledPolicy]:
        """Return the compiled policy of each organisation, loading all that are not held in one query."""
        found: dict[UUID, CompiledPolicy] = {}
        missing: dict[UUID, Wanted] = {}
        with self._lock:
            for each in wanted:
                compiled = self._by_version.get((kind, each))
                if compiled is None:
                    missing[each.organization_id] = each
                else:
                    found[each.organization_id] = compiled
        if missing:
            # By version and not by state: another may be published between the two queries of a transaction.
            pairs = to_json([{"organization_id": each, "version": want.version} for each, want in missing.items()])
            rows = tx.all(
                "select p.organization_id, p.version, p.body"
                " from json_to_recordset(%s::json) as q(organization_id uuid, version integer)"
                " join policies p using (organization_id, version) where p.kind = %s",
                [pairs, kind],
            )
            with self._lock:
                for row in rows:
                    want = missing[row["organization_id"]]
                    compiled = self._compile(row["body"], want.intervention_threshold)
                    self._by_version[kind, want] = compiled
                    found[row["organization_id"]] = compiled
                while len(self._by_version) > POLICIES_KEPT_MAX:
                    self._by_version.popitem(last=False)
        return found

    def _compile(self, body: object, intervention_threshold: float) -> CompiledPolicy:
        key = digest(canonical_json(body)), intervention_threshold
        compiled = self._by_digest.get(key)
        if compiled is None:
            policy = parse_policy(body)
            # The owner's configuration may ask for more care than the policy, never for less.
            higher = max(policy.intervention_threshold, intervention_threshold)
            compiled = self._by_digest[key] = compile_policy(replace(policy, intervention_threshold=higher))
            while len(self._by_digest) > POLICIES_KEPT_MAX:
                self._by_digest.popitem(last=False)
        return compiled


def states_query(tx: Transaction, kind: str, component: str) -> tuple[str, Mapping[str, object]]:
    """Return the query for the state of every organisation of the transaction."""
    return _STATES, {"kind": kind, "component": component, "organizations": list(tx.organizations)}


def read_states(
    tx: Transaction, cache: PolicyCache, kind: str, component: str, system_now: datetime, rows: Sequence[Row]
) -> dict[UUID, OrganizationState | IntendantError]:
    """Build the states from the rows of `states_query`; an error stands for an organisation that cannot decide."""
    wanted = [
        Wanted(row["id"], row["policy_version"], _threshold(row["intervention_threshold"]))
        for row in rows
        if row["policy_version"] is not None
    ]
    policies = cache.get(tx, kind, wanted)
    states: dict[UUID, OrganizationState | IntendantError] = {
        organization_id: organizations.OrganizationUnknown("There is no such organisation.")
        for organization_id in tx.organizations
    }
    for row in rows:
        compiled = policies.get(row["id"])
        if compiled is None:
            states[row["id"]] = PolicyMissing(
                f"No policy is active for '{kind}'.", field="policy", remedy="Publish one: `intendant policy publish`."
            )
            continue
        organization = organizations.from_row(row)
        now = organization.clock.at(system_now)
        states[row["id"]] = OrganizationState(
            Context(organization, compiled.policy, row["policy_version"], now, system_now),
            ComponentState(
                component=component,
                level=Level(row["level"]) if row["level"] is not None else Level.OBSERVE,
                controlled_by=row["controlled_by"],
                halted=row["switch"] == "halted",
                stopped=row["switch"] == "stopped",
            ),
            compiled,
            _still_muted(row["muted_fields"], now) if row["muted_fields"] else (),
        )
    return states


def _still_muted(fields: Sequence[Sequence[str]], now: datetime) -> tuple[str, ...]:
    return tuple(sorted(field for field, until in fields if datetime.fromisoformat(until) > now))


def _threshold(configured: float | None) -> float:
    return control.DEFAULTS.admin_intervention_threshold if configured is None else configured

"""What holds for the organisations of a batch: the switch, levels, active policy and clock. One query for all of them."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from uuid import UUID

from intendant.kernel import organizations
from intendant.kernel.gate import CompiledPolicy, ComponentState, Level, compile_policy, parse_policy
from intendant.kernel.registry import Context
from intendant.kit.bulk import to_json
from intendant.kit.canonical import canonical_json, digest
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, IntendantError

POLICIES_KEPT_MAX = 4_096
_STATES = """
select o.*, c.state as switch, k.level, k.controlled_by, p.version as policy_version
from organizations o
join controls c on c.organization_id = o.id
left join components k on k.organization_id = o.id and k.name = %(component)s
left join lateral (
    select max(version) as version from policies
    where organization_id = o.id and kind = %(kind)s and state = 'active') p on true
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


class PolicyCache:
    """Compiled policies by organisation, kind and version; organisations with the same body share one."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._by_version: OrderedDict[tuple[UUID, str, int], CompiledPolicy] = OrderedDict()
        self._by_digest: OrderedDict[bytes, CompiledPolicy] = OrderedDict()

    def get(self, tx: Transaction, kind: str, wanted: Iterable[tuple[UUID, int]]) -> dict[UUID, CompiledPolicy]:
        """Return the compiled policy of each organisation, loading all that are not held in one query."""
        found: dict[UUID, CompiledPolicy] = {}
        missing: list[tuple[UUID, int]] = []
        with self._lock:
            for organization_id, version in wanted:
                compiled = self._by_version.get((organization_id, kind, version))
                if compiled is None:
                    missing.append((organization_id, version))
                else:
                    found[organization_id] = compiled
        if missing:
            # By version and not by state: another may be published between the two queries of a transaction.
            pairs = to_json([{"organization_id": each, "version": version} for each, version in missing])
            rows = tx.all(
                "select p.organization_id, p.version, p.body"
                " from json_to_recordset(%s::json) as q(organization_id uuid, version integer)"
                " join policies p using (organization_id, version) where p.kind = %s",
                [pairs, kind],
            )
            with self._lock:
                for row in rows:
                    compiled = self._compile(row["body"])
                    self._by_version[row["organization_id"], kind, row["version"]] = compiled
                    found[row["organization_id"]] = compiled
                while len(self._by_version) > POLICIES_KEPT_MAX:
                    self._by_version.popitem(last=False)
        return found

    def _compile(self, body: object) -> CompiledPolicy:
        key = digest(canonical_json(body))
        compiled = self._by_digest.get(key)
        if compiled is None:
            compiled = self._by_digest[key] = compile_policy(parse_policy(body))
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
    versions = [(row["id"], row["policy_version"]) for row in rows if row["policy_version"] is not None]
    policies = cache.get(tx, kind, versions)
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
        states[row["id"]] = OrganizationState(
            Context(
                organization, compiled.policy, row["policy_version"], organization.clock.at(system_now), system_now
            ),
            ComponentState(
                component=component,
                level=Level(row["level"]) if row["level"] is not None else Level.OBSERVE,
                controlled_by=row["controlled_by"],
                halted=row["switch"] == "halted",
                stopped=row["switch"] == "stopped",
            ),
            compiled,
        )
    return states

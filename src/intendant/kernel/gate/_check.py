"""What can be known to be wrong with a policy before it decides anything.

Findings that block: names or numbers without meaning, and rules that contradict each other so that no case may act. The
rest is shown: rules that never fire, that others shadow or overlap, and limits that leave gaps. Where a finding is about
cases it carries an example, and the example has been tried.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from itertools import combinations
from typing import NamedTuple

from intendant.kernel.gate._conditions import comparisons_of, describe, fields_of
from intendant.kernel.gate._explain import trace_rules
from intendant.kernel.gate._policy import ALWAYS, LISTED, Condition, Effect, Missing, Policy, Rule
from intendant.kernel.gate._regions import Box, Regions, TooComplex
from intendant.kernel.gate._rules import OWN_FIELDS, hit_kind, is_in_effect, rule_condition
from intendant.kernel.gate._values import family
from intendant.kernel.gate._verdict import Case, VerdictKind

__all__ = ["Finding", "FindingKind", "check_policy", "example_case"]

MOMENTS_MAX = 50
CONTRADICTIONS_MAX = 5
PAIRS_SHOWN_MAX = 100
FINDINGS_MAX = 500


class FindingKind(StrEnum):
    """What sort of thing was found."""

    DUPLICATE_NAME = "duplicate_name"
    UNKNOWN_ACTION = "unknown_action"
    UNKNOWN_FIELD = "unknown_field"
    UNKNOWN_LIST = "unknown_list"
    UNKNOWN_AGGREGATE = "unknown_aggregate"
    THRESHOLD = "threshold"
    LIMIT = "limit"
    MIXED_TYPES = "mixed_types"
    CONTRADICTION = "contradiction"
    ALWAYS_ASKS = "always_asks"
    ALWAYS_FIRES = "always_fires"
    NEVER_FIRES = "never_fires"
    SHADOWED = "shadowed"
    OVERLAP = "overlap"
    GAP = "gap"
    UNCHECKED = "unchecked"


class Finding(NamedTuple):
    """One thing found."""

    kind: FindingKind
    blocking: bool
    """Whether the policy may not be published."""
    path: str
    text: str
    rules: tuple[str, ...] = ()
    action: str | None = None
    example: Mapping[str, object] | None = None
    """Values of a case that shows it."""


def check_policy(
    policy: Policy, known_fields: Collection[str] | None = None, known_lists: Collection[str] | None = None
) -> list[Finding]:
    """Return the findings, blocking ones first. With `known_fields`, rules that read other fields are found too, and with
    `known_lists`, those that ask lists nobody keeps."""
    findings = [
        *_check_names(policy, known_fields),
        *_check_inputs(policy, known_fields, known_lists),
        *_check_numbers(policy),
        *_check_types(policy),
    ]
    seen: set[tuple[object, ...]] = set()
    for action in policy.actions:
        for active in _active_sets(policy, action):
            try:
                found = list(_ActionCheck(policy, action, active).findings())
            except TooComplex:
                found = [_unchecked(action)]
            for finding in found:
                key = (finding.kind, finding.rules, finding.action if not finding.rules else None)
                if key not in seen:
                    seen.add(key)
                    findings.append(finding)
    findings.sort(key=lambda finding: not finding.blocking)
    return findings[:FINDINGS_MAX]


def example_case(finding: Finding) -> Case | None:
    """Return the case a finding shows, ready to be decided."""
    if finding.example is None or finding.action is None:
        return None
    return _case(finding.action, finding.example)


def _case(action: str, example: Mapping[str, object]) -> Case:
    confidence, amount = example.get("confidence", 1.0), example.get("action.amount")
    return Case(action=action, values=example, confidence=confidence, amount=amount)  # type: ignore[arg-type]


def _check_names(policy: Policy, known_fields: Collection[str] | None) -> Iterator[Finding]:
    names: set[str] = set()
    for at, rule in enumerate(policy.rules):
        if rule.name in names:
            text = f"Two rules are named '{rule.name}'."
            yield Finding(FindingKind.DUPLICATE_NAME, True, f"rules[{at}].name", text, (rule.name,))
        names.add(rule.name)
        for action in rule.actions or ():
            if action not in policy.actions:
                text = f"The rule '{rule.name}' speaks about '{action}', which the policy does not describe."
                yield Finding(FindingKind.UNKNOWN_ACTION, True, f"rules[{at}].actions", text, (rule.name,), action)
        if known_fields is None or rule.not_applicable is not None:
            continue
        for field in sorted(fields_of(rule_condition(rule)) - OWN_FIELDS - set(known_fields)):
            if field.startswith("aggregates."):
                continue
            text = (
                f"The rule '{rule.name}' reads '{field}', which no case has; it would {rule.missing.value} every time."
            )
            yield Finding(FindingKind.UNKNOWN_FIELD, True, f"rules[{at}].when", text, (rule.name,))


def _check_inputs(
    policy: Policy, known_fields: Collection[str] | None, known_lists: Collection[str] | None
) -> Iterator[Finding]:
    declared = {each.key for each in policy.aggregates}
    for at, rule in enumerate(policy.rules):
        if rule.not_applicable is not None:
            continue
        condition = rule_condition(rule)
        for field in sorted(fields_of(condition) - declared):
            if field.startswith("aggregates."):
                text = f"The rule '{rule.name}' reads '{field}', which the policy does not declare."
                yield Finding(FindingKind.UNKNOWN_AGGREGATE, True, f"rules[{at}].when", text, (rule.name,))
        asked = {str(each.value) for each in comparisons_of(condition) if each.op in LISTED}
        for name in sorted(asked - set(known_lists if known_lists is not None else asked)):
            text = f"The rule '{rule.name}' asks the list '{name}', which nobody keeps."
            yield Finding(FindingKind.UNKNOWN_LIST, True, f"rules[{at}].when", text, (rule.name,))
    for at, each in enumerate(policy.aggregates if known_fields is not None else ()):
        read = {each.by, *fields_of(each.where), *(() if each.of is None else (each.of,))}
        for field in sorted(read - OWN_FIELDS - set(known_fields or ())):
            text = f"The aggregate '{each.name}' reads '{field}', which no case has."
            yield Finding(FindingKind.UNKNOWN_FIELD, True, f"aggregates[{at}]", text)


def _check_numbers(policy: Policy) -> Iterator[Finding]:
    shares: list[tuple[str, float | None]] = [
        ("intervention_threshold", policy.intervention_threshold),
        ("conformal_coverage", policy.conformal_coverage),
    ]
    for name, action in policy.actions.items():
        path = f"actions.{name}"
        shares += [
            (f"{path}.act_threshold", action.act_threshold),
            (f"{path}.review_share.supervised", action.review_share_supervised),
            (f"{path}.review_share.full", action.review_share_full),
            (f"{path}.blind_share", action.blind_share),
        ]
        if action.act_threshold < policy.intervention_threshold:
            text = f"'{name}' could act below the intervention threshold; such cases are asked all the same."
            yield Finding(FindingKind.THRESHOLD, False, f"{path}.act_threshold", text, action=name)
        if action.review_share_full > action.review_share_supervised:
            text = f"'{name}' is reviewed more at level full than at supervised."
            yield Finding(FindingKind.THRESHOLD, True, f"{path}.review_share", text, action=name)
        for at, limit in enumerate(action.limits):
            where = f"{path}.limits[{at}]"
            if (limit.count is not None and limit.count < 0) or (limit.amount is not None and not limit.amount >= 0):
                yield Finding(FindingKind.LIMIT, True, where, "A limit is below zero.", action=name)
            elif limit.count == 0 or limit.amount == 0:
                text = f"A limit of zero: '{name}' never happens by itself."
                yield Finding(FindingKind.LIMIT, False, where, text, action=name)
        if not action.reversible and not action.limits:
            text = f"'{name}' cannot be undone and has no limit."
            yield Finding(FindingKind.GAP, False, f"{path}.limits", text, action=name)
    for path, share in shares:
        if share is not None and not 0.0 <= share <= 1.0:
            yield Finding(FindingKind.THRESHOLD, True, path, f"{path} is {share}, outside 0 to 1.")


def _check_types(policy: Policy) -> Iterator[Finding]:
    kinds: dict[str, dict[str, str]] = {}
    for rule in policy.rules:
        if rule.not_applicable is not None:
            continue
        for comparison in comparisons_of(rule_condition(rule)):
            if comparison.op in LISTED:
                continue
            values = comparison.value if isinstance(comparison.value, tuple) else (comparison.value,)
            for kind in {family(value)[0] for value in values} - {"missing"}:
                kinds.setdefault(comparison.field, {}).setdefault(kind, rule.name)
    for field, found in kinds.items():
        if len(found) > 1 and set(found) != {"date", "moment"}:
            text = f"'{field}' is compared as {' and as '.join(sorted(found))}; a value can only be one, and the other is missing."
            yield Finding(FindingKind.MIXED_TYPES, False, "rules", text, tuple(dict.fromkeys(found.values())))


def _active_sets(policy: Policy, action: str) -> list[tuple[Rule, ...]]:
    """Return the sets of rules that are in effect together at some time."""
    rules = [rule for rule in policy.rules if rule.not_applicable is None and rule.speaks_about(action)]
    turns = {moment for rule in rules for moment in (rule.effective_from, rule.effective_until) if moment is not None}
    moments: list[datetime] = sorted(turns)[:MOMENTS_MAX]
    undated = tuple(rule for rule in rules if rule.effective_from is None)
    active = [tuple(rule for rule in rules if is_in_effect(rule, moment)) for moment in moments]
    return list(dict.fromkeys([undated, *active]))


_TRUE, _FALSE = frozenset({True}), frozenset({False})
_NOT_TRUE, _NOT_FALSE = frozenset({False, None}), frozenset({True, None})
_STRICTNESS = {VerdictKind.ASK: 1, VerdictKind.REFUSE: 2}


def _unchecked(action: str) -> Finding:
    text = f"The rules about '{action}' are too many-sided for all of them to be checked against each other."
    return Finding(FindingKind.UNCHECKED, False, f"actions.{action}", text, action=action)


class _ActionCheck:
    """The rules about one action, in effect at one time, against each other."""

    def __init__(self, policy: Policy, action: str, rules: tuple[Rule, ...]) -> None:
        self.policy = policy
        self.action = action
        self.rules = rules
        self.conditions: dict[str, Condition] = {rule.name: rule_condition(rule) for rule in rules}
        self.regions = Regions(self.conditions.values(), action)
        self.fires = {rule.name: self._boxes(rule, _FALSE, _TRUE) for rule in rules}
        self.silent = {rule.name: self._boxes(rule, _NOT_FALSE, _NOT_TRUE) for rule in rules}
        """Where a rule does not fire by its condition: quiet, or a value is missing."""
        self.quiet = {
            rule.name: self.silent[rule.name] if rule.missing is Missing.IGNORE else self._boxes(rule, _TRUE, _FALSE)
            for rule in rules
        }

    def findings(self) -> Iterator[Finding]:
        """Yield everything found about this action."""
        deliberate = [rule for rule in self.rules if self.conditions[rule.name] == ALWAYS]
        refusing = [rule for rule in self.rules if rule not in deliberate and hit_kind(rule) is VerdictKind.REFUSE]
        try:
            cores = list(self._cores(refusing))
            yield from (self._contradiction(core, FindingKind.CONTRADICTION) for core in cores)
            if not cores:
                for core in self._cores([rule for rule in self.rules if rule not in deliberate]):
                    yield self._contradiction(core, FindingKind.ALWAYS_ASKS)
        except TooComplex:
            yield _unchecked(self.action)
        for rule in self.rules:
            if not self.fires[rule.name]:
                text = f"The rule '{rule.name}' can never fire: {describe(self.conditions[rule.name])}."
                yield self._finding(FindingKind.NEVER_FIRES, text, (rule,), self.quiet[rule.name], ())
        yield from self._pairs()
        yield from self._gaps()

    def _boxes(self, rule: Rule, for_require: frozenset[bool | None], otherwise: frozenset[bool | None]) -> list[Box]:
        results = for_require if rule.effect is Effect.REQUIRE else otherwise
        return self.regions.boxes(self.conditions[rule.name], results)

    def _cores(self, rules: list[Rule]) -> Iterator[list[Rule]]:
        """Yield smallest sets of rules that leave no case quiet."""
        remaining = list(rules)
        for _ in range(CONTRADICTIONS_MAX):
            core = self._first_to_leave_none(remaining)
            if core is None:
                return
            for rule in list(core):
                without = [each for each in core if each is not rule]
                if not self._leaves_a_case(without):
                    core = without
            yield core
            remaining = [rule for rule in remaining if rule not in core]

    def _first_to_leave_none(self, rules: list[Rule]) -> list[Rule] | None:
        """Return the rules up to the first with which no case is quiet any more."""
        boxes: list[Box] = [{}]
        for count, rule in enumerate(rules, start=1):
            boxes = self.regions.conjunction((boxes, self.quiet[rule.name]))
            if not boxes:
                return rules[:count]
        return None

    def _leaves_a_case(self, rules: list[Rule]) -> bool:
        return bool(self.regions.conjunction(self.quiet[rule.name] for rule in rules))

    def _contradiction(self, core: list[Rule], kind: FindingKind) -> Finding:
        names = " and ".join(f"'{rule.name}'" for rule in core)
        blocking = kind is FindingKind.CONTRADICTION
        fate = "is always refused" if blocking else "always goes to a person"
        if len(core) == 1:
            text = f"The rule {names} holds for every case, so '{self.action}' {fate}."
            kind = FindingKind.ALWAYS_FIRES
            boxes = self.fires[core[0].name]
            return self._finding(kind, text, tuple(core), boxes, (core[0],), blocking=blocking)
        text = f"The rules {names} contradict each other: whatever the case, one of them speaks, so '{self.action}' {fate}."
        # Quiet for all but the last, so the last speaks.
        boxes = self.regions.conjunction(self.quiet[rule.name] for rule in core[:-1])
        return self._finding(kind, text, tuple(core), boxes, (core[-1],), blocking=blocking)

    def _pairs(self) -> Iterator[Finding]:
        shadowed: set[str] = set()
        overlap_count = 0
        fields = {name: fields_of(condition) for name, condition in self.conditions.items()}
        for first, second in combinations(self.rules, 2):
            if not fields[first.name] & fields[second.name]:
                continue
            both = self.regions.conjunction((self.fires[first.name], self.fires[second.name]))
            if not both:
                continue
            shadow = self._shadow(first, second)
            if shadow is not None:
                weaker, stronger = shadow
                if weaker.name not in shadowed:
                    shadowed.add(weaker.name)
                    text = f"Whenever the rule '{weaker.name}' fires, '{stronger.name}' fires too and is at least as strict."
                    yield self._finding(FindingKind.SHADOWED, text, (weaker, stronger), both, (weaker, stronger))
            elif hit_kind(first) is not hit_kind(second) and overlap_count < PAIRS_SHOWN_MAX:
                overlap_count += 1
                strict = max(first, second, key=lambda rule: _STRICTNESS[hit_kind(rule)])
                text = (
                    f"The rules '{first.name}' and '{second.name}' can both fire; '{strict.name}' wins, being stricter."
                )
                yield self._finding(FindingKind.OVERLAP, text, (first, second), both, (first, second))

    def _shadow(self, first: Rule, second: Rule) -> tuple[Rule, Rule] | None:
        """Return (weaker, stronger) if one rule adds nothing to the other."""
        for weaker, stronger in ((second, first), (first, second)):
            if _STRICTNESS[hit_kind(weaker)] > _STRICTNESS[hit_kind(stronger)]:
                continue
            if not self.regions.conjunction((self.fires[weaker.name], self.silent[stronger.name])):
                return weaker, stronger
        return None

    def _gaps(self) -> Iterator[Finding]:
        capped: dict[str, list[Rule]] = {}
        for rule in self.rules:
            if rule.cap is not None:
                capped.setdefault(rule.cap.field, []).append(rule)
        for field, rules in capped.items():
            outside = self.regions.conjunction(self.regions.boxes(rule.when, _FALSE) for rule in rules)
            if outside:
                text = f"Some cases meet none of the limits on '{field}'."
                yield self._finding(FindingKind.GAP, text, tuple(rules), outside, ())

    def _finding(
        self,
        kind: FindingKind,
        text: str,
        rules: tuple[Rule, ...],
        boxes: list[Box],
        firing: tuple[Rule, ...],
        *,
        blocking: bool = False,
    ) -> Finding:
        """Build a finding with the first example on which the rules in `firing` do speak, and no other of `rules` if none."""
        names = tuple(rule.name for rule in rules)
        wanted = {rule.name for rule in firing}
        concerned = replace(self.policy, rules=rules)

        def shows(example: Mapping[str, object]) -> bool:
            spoke = {
                trace.rule for trace in trace_rules(concerned, _case(self.action, example)) if trace.kind is not None
            }
            return wanted <= spoke if wanted else not spoke & set(names)

        example = self._first_example(boxes, shows)
        return Finding(kind, blocking, f"rules.{names[0]}", text, names, self.action, example)

    def _first_example(
        self, boxes: list[Box], shows: Callable[[Mapping[str, object]], bool]
    ) -> Mapping[str, object] | None:
        for box in boxes[:20]:
            example = self.regions.example(box)
            if example is not None and shows(example):
                return example
        return None

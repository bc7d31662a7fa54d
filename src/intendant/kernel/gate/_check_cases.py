"""The rules about one action, in effect at one time, against each other and against all cases there may be."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from intendant.kernel.gate._check_gaps import find_gaps
from intendant.kernel.gate._conditions import comparisons_of, describe, fields_of
from intendant.kernel.gate._explain import trace_rules
from intendant.kernel.gate._findings import Finding, FindingKind, case_of
from intendant.kernel.gate._policy import ALWAYS, LISTED, Condition, Effect, Missing, Policy, Rule, list_key, tier_rank
from intendant.kernel.gate._regions import Box, Budget, Domain, Regions, TooComplex
from intendant.kernel.gate._rules import hit_kind, rule_condition
from intendant.kernel.gate._verdict import VerdictKind

__all__ = ["find_about_action"]

CONTRADICTIONS_MAX = 5
PAIRS_SHOWN_MAX = 100
EXAMPLES_TRIED_MAX = 20

_TRUE, _FALSE = frozenset({True}), frozenset({False})
_NOT_TRUE, _NOT_FALSE = frozenset({False, None}), frozenset({True, None})
_STRICTNESS = {VerdictKind.ASK: 1, VerdictKind.REFUSE: 2}


def find_about_action(
    policy: Policy, action: str, rules: tuple[Rule, ...], domains: Mapping[str, Domain], budget: Budget
) -> Iterator[Finding]:
    """Yield everything found about an action; at the end that not all could be checked, where that is so."""
    try:
        check = _ActionCheck(policy, action, rules, domains, budget)
        yield from check.findings()
        complete = check.complete
    except TooComplex:
        complete = False
    if not complete:
        text = f"The rules about '{action}' are too many-sided for all of them to be checked against each other."
        yield Finding(FindingKind.UNCHECKED, False, f"actions.{action}", text, action=action)


class _ActionCheck:
    """The rules about one action, in effect at one time, against each other."""

    def __init__(
        self, policy: Policy, action: str, rules: tuple[Rule, ...], domains: Mapping[str, Domain], budget: Budget
    ) -> None:
        self.policy = policy
        self.action = action
        self.rules = rules
        self.complete = True
        """Whether everything was checked so far."""
        self.conditions: dict[str, Condition] = {rule.name: rule_condition(rule) for rule in rules}
        self.fields = {name: fields_of(condition) for name, condition in self.conditions.items()}
        self.regions = Regions(self.conditions.values(), action, domains, budget)
        self.fires = {rule.name: self._boxes(rule, _FALSE, _TRUE) for rule in rules}
        self.silent = {rule.name: self._boxes(rule, _NOT_FALSE, _NOT_TRUE) for rule in rules}
        """Where a rule does not fire by its condition: quiet, or a value is missing."""
        self.quiet = {
            rule.name: self.silent[rule.name] if rule.missing is Missing.IGNORE else self._boxes(rule, _TRUE, _FALSE)
            for rule in rules
        }

    def findings(self) -> Iterator[Finding]:
        """Yield everything found about this action; `complete` says afterwards whether that is everything there is."""
        yield from self._contradictions()
        for rule in self.rules:
            if not self.fires[rule.name]:
                text = f"The rule '{rule.name}' can never fire: {describe(self.conditions[rule.name])}."
                yield self._finding(FindingKind.NEVER_FIRES, text, (rule,), self.quiet[rule.name], ())
        redundant: set[str] = set()
        yield from self._pairs(redundant)
        yield from self._masked(redundant)
        try:
            for gap in find_gaps(self.regions, self.rules, self.fires):
                yield self._finding(FindingKind.GAP, gap.text, gap.rules, gap.boxes, ())
        except TooComplex:
            self.complete = False

    def _boxes(self, rule: Rule, for_require: frozenset[bool | None], otherwise: frozenset[bool | None]) -> list[Box]:
        results = for_require if rule.effect is Effect.REQUIRE else otherwise
        return self.regions.boxes(self.conditions[rule.name], results)

    def _contradictions(self) -> Iterator[Finding]:
        deliberate = [rule for rule in self.rules if self.conditions[rule.name] == ALWAYS]
        refusing = [rule for rule in self.rules if rule not in deliberate and hit_kind(rule) is VerdictKind.REFUSE]
        try:
            found = False
            for core in self._cores(refusing):
                found = True
                yield self._contradiction(core, FindingKind.CONTRADICTION)
            if not found:
                for core in self._cores([rule for rule in self.rules if rule not in deliberate]):
                    yield self._contradiction(core, FindingKind.ALWAYS_ASKS)
        except TooComplex:
            self.complete = False

    def _cores(self, rules: list[Rule]) -> Iterator[list[Rule]]:
        """Yield smallest sets of rules that leave no case quiet."""
        # Those with the fewest regions first: the conjunction stays small for longer.
        remaining = sorted(rules, key=lambda rule: len(self.quiet[rule.name]))
        for _ in range(CONTRADICTIONS_MAX):
            core = self._first_to_leave_none(remaining)
            if core is None:
                return
            for rule in list(core):
                without = [each for each in core if each is not rule]
                if not self._leaves_a_case(without):
                    core = without
            yield sorted(core, key=self.rules.index)
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
        if blocking and any(rule.missing is Missing.ASK for rule in core):
            fate = "is always refused, or asked about where a value is missing"
        if len(core) == 1:
            text = f"The rule {names} holds for every case, so '{self.action}' {fate}."
            kind = FindingKind.ALWAYS_FIRES
            boxes = self.fires[core[0].name]
            return self._finding(kind, text, tuple(core), boxes, (core[0],), blocking=blocking)
        text = f"The rules {names} contradict each other: whatever the case, one of them speaks, so '{self.action}' {fate}."
        # Quiet for all but the last, so the last speaks.
        boxes = self.regions.conjunction(self.quiet[rule.name] for rule in core[:-1])
        return self._finding(kind, text, tuple(core), boxes, (core[-1],), blocking=blocking)

    def _pairs(self, redundant: set[str]) -> Iterator[Finding]:
        """Yield what each two rules are to each other; name in `redundant` those that add nothing."""
        overlap_count = 0
        for first, second in combinations(self.rules, 2):
            if not self.fields[first.name] & self.fields[second.name]:
                continue
            try:
                both = self.regions.conjunction((self.fires[first.name], self.fires[second.name]))
                shadow = self._shadow(first, second) if both else None
            except TooComplex:
                self.complete = False
                if self.regions.budget.is_spent:
                    return
                continue
            if shadow is not None:
                weaker, stronger = shadow
                if weaker.name not in redundant:
                    redundant.add(weaker.name)
                    text = f"Whenever the rule '{weaker.name}' fires, '{stronger.name}' fires too and is at least as strict."
                    yield self._finding(FindingKind.SHADOWED, text, (weaker, stronger), both, (weaker, stronger))
            elif both and hit_kind(first) is not hit_kind(second) and overlap_count < PAIRS_SHOWN_MAX:
                overlap_count += 1
                strict = max(first, second, key=lambda rule: _STRICTNESS[hit_kind(rule)])
                text = (
                    f"The rules '{first.name}' and '{second.name}' can both fire; '{strict.name}' wins, being stricter."
                )
                yield self._finding(FindingKind.OVERLAP, text, (first, second), both, (first, second))

    def _shadow(self, first: Rule, second: Rule) -> tuple[Rule, Rule] | None:
        """Return (weaker, stronger) if one rule adds nothing to the other."""
        for weaker, stronger in ((second, first), (first, second)):
            if not self._is_as_strict(stronger, weaker):
                continue
            if not self.regions.conjunction((self.fires[weaker.name], self.silent[stronger.name])):
                return weaker, stronger
        return None

    def _is_as_strict(self, one: Rule, other: Rule) -> bool:
        """Say whether a rule, when it fires, is at least as strict as another: refusing before asking, and asking whom."""
        if hit_kind(one) is not VerdictKind.ASK or hit_kind(other) is not VerdictKind.ASK:
            return _STRICTNESS[hit_kind(one)] >= _STRICTNESS[hit_kind(other)]
        least = tier_rank(self.policy.actions[self.action].tier)
        ranks = [max(least, tier_rank(rule.tier)) if rule.tier is not None else least for rule in (one, other)]
        return ranks[0] >= ranks[1]

    def _masked(self, redundant: set[str]) -> Iterator[Finding]:
        """Yield rules that never decide, since wherever one fires some other does that is at least as strict."""
        for rule in self.rules:
            if rule.name in redundant or not self.fires[rule.name]:
                continue
            others = [
                each
                for each in self.rules
                if each is not rule
                and each.name not in redundant
                and self.fields[each.name] & self.fields[rule.name]
                and self._is_as_strict(each, rule)
            ]
            try:
                core = self._cover(rule, others)
            except TooComplex:
                self.complete = False
                if self.regions.budget.is_spent:
                    return
                continue
            if core:
                redundant.add(rule.name)
                names = " or ".join(f"'{each.name}'" for each in core)
                text = f"Whenever the rule '{rule.name}' fires, {names} fires too and is at least as strict: it never decides."
                boxes = self.fires[rule.name]
                yield self._finding(FindingKind.NEVER_DECIDES, text, (rule, *core), boxes, (rule,))

    def _cover(self, rule: Rule, others: Sequence[Rule]) -> list[Rule]:
        """Return a smallest set of `others` of which one fires wherever `rule` does; empty if there is none."""
        boxes, used = self.fires[rule.name], list[Rule]()
        for each in others:
            boxes = self.regions.conjunction((boxes, self.silent[each.name]))
            used.append(each)
            if not boxes:
                break
        if boxes:
            return []
        for each in list(used):
            rest = [one for one in used if one is not each]
            if rest and not self.regions.conjunction((self.fires[rule.name], *(self.silent[one.name] for one in rest))):
                used = rest
        return used

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
                trace.rule for trace in trace_rules(concerned, case_of(self.action, example)) if trace.kind is not None
            }
            return wanted <= spoke if wanted else not spoke & set(names)

        example = self._first_example(boxes, self._read_by(rules), shows)
        return Finding(kind, blocking, f"rules.{names[0]}", text, names, self.action, example)

    def _read_by(self, rules: Sequence[Rule]) -> set[str]:
        """Return the values that rules look at: an example needs no others."""
        read: set[str] = set()
        for rule in rules:
            read |= self.fields[rule.name]
            read |= {
                list_key(each.field, str(each.value))
                for each in comparisons_of(self.conditions[rule.name])
                if each.op in LISTED
            }
        return read

    def _first_example(
        self, boxes: list[Box], read: set[str], shows: Callable[[Mapping[str, object]], bool]
    ) -> Mapping[str, object] | None:
        for box in boxes[:EXAMPLES_TRIED_MAX]:
            example = self.regions.example(box, read)
            if example is not None and shows(example):
                return example
        return None

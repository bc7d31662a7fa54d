"""What domains declare, found by name. Built once from the explicit list of domains; nothing registers itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from intendant.kernel.gate import Level
from intendant.kernel.registry._intake import Intake
from intendant.kernel.registry._kinds import DecisionKind
from intendant.kernel.registry._metrics import Metric
from intendant.kernel.registry._personal import NOTHING_PERSONAL, Personal
from intendant.kernel.registry._sources import Source
from intendant.kit.errors import Bug, NotFound


class KindUnknown(NotFound):
    """No domain declares this decision kind."""

    code = "kind_unknown"


@dataclass(frozen=True, slots=True)
class Round:
    """What the worker does for a domain again and again: `work` gets the built system and says whether there is more to do.

    Any number of workers may do it at once and be killed at any moment, so it is safe to do twice. `seconds` of system time
    lie between two.
    """

    name: str
    seconds: float
    work: Callable[[Any], bool | None]


@dataclass(frozen=True, slots=True)
class Domain:
    """One business domain: everything it brings, listed in its manifest.

    `routes` and `commands` are functions, called only by the entry point that needs them, so that listing a domain imports
    neither a web framework nor a model. `invariants` are queries that must return no row; `tasks` are the functions that run
    task kinds, by name; `metrics` are figures for the overview, `sources` tables to learn from; `rounds` is what the worker
    does in between. `public` are the paths of its routes that anybody may ask for, without signing in. `personal` sorts the
    domain's tables by what they hold about people.
    """

    name: str
    kinds: Sequence[DecisionKind] = ()
    actions: Sequence[Any] = ()
    routes: Callable[[Any], Sequence[Any]] | None = None
    commands: Callable[[], Sequence[Any]] | None = None
    invariants: Mapping[str, str] | None = None
    tasks: Mapping[str, Callable[[Any], Any]] | None = None
    metrics: Sequence[Metric] = ()
    sources: Sequence[Source] = ()
    first_levels: Mapping[str, Level] | None = None
    rounds: Sequence[Round] = ()
    public: frozenset[str] = frozenset()
    intakes: Mapping[str, Intake] | None = None
    personal: Personal = NOTHING_PERSONAL


class Registry:
    """Kinds and actions of all domains by name."""

    def __init__(self, domains: Sequence[Domain]) -> None:
        self.domains = {domain.name: domain for domain in domains}
        self.kinds: dict[str, DecisionKind] = {}
        self.actions: dict[str, Any] = {}
        self.tasks: dict[str, Callable[[Any], Any]] = {}
        self.first_levels: dict[str, Level] = {}
        self.metrics: dict[str, Metric] = {}
        self.sources: dict[str, Source] = {}
        self.intakes: dict[str, Intake] = {}
        for domain in domains:
            for kind in domain.kinds:
                if kind.name in self.kinds:
                    raise Bug(f"Two domains declare the kind '{kind.name}'.")
                self.kinds[kind.name] = kind
            for action in domain.actions:
                self.actions[action.name] = action
            self.tasks.update(domain.tasks or {})
            self.metrics.update({metric.key: metric for metric in domain.metrics})
            self.sources.update({source.name: source for source in domain.sources})
            self.first_levels.update(domain.first_levels or {})
            self.intakes.update(domain.intakes or {})

    def kind(self, name: str) -> DecisionKind:
        """Return the kind of that name; raises KindUnknown."""
        try:
            return self.kinds[name]
        except KeyError:
            known = ", ".join(sorted(self.kinds))
            raise KindUnknown(
                f"There is no decision kind '{name}'.", field="kind", remedy=f"Known kinds: {known}."
            ) from None

"""What the columns of a table mean, as a value a person can read, correct and give back as YAML."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from intendant.kit.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterable

FeatureType = Literal["numeric", "category", "date", "boolean"]
ROLE_NAMES = ("id", "time", "amount", "term", "purpose", "income", "credit_score")
MAPPING_CHARACTERS_MAX = 4_000_000
_KEYS = ("version", "outcome", "roles", "protected", "features", "ignored")
_OUTCOME_KEYS = ("column", "good", "bad", "censored")
_NONE_WORDS = frozenset({"", "null", "~"})


class MappingInvalid(Invalid):
    """The mapping file cannot be used; `field` names the place."""

    code = "mapping_invalid"


@dataclass(frozen=True)
class Feature:
    """One column the model may learn from."""

    name: str
    type: FeatureType


@dataclass(frozen=True)
class Mapping:
    """What each column of a table of past applications means.

    `good`, `bad` and `censored` are values of the outcome column as text ('1', 'Fully Paid'); a value in none of them
    counts as censored. Amount, term, purpose, income and credit score are usually features too; protected columns,
    the outcome, the id and the time never are.
    """

    outcome: str | None = None
    good: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()
    censored: tuple[str, ...] = ()
    id: str | None = None
    time: str | None = None
    amount: str | None = None
    term: str | None = None
    purpose: str | None = None
    income: str | None = None
    credit_score: str | None = None
    protected: tuple[str, ...] = ()
    features: tuple[Feature, ...] = ()
    ignored: dict[str, str] = field(default_factory=dict)

    @property
    def roles(self) -> dict[str, str]:
        """Give the columns that play a named role, by role; roles that no column plays are left out."""
        return {role: column for role in ROLE_NAMES if (column := cast("str | None", getattr(self, role))) is not None}

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Give the names of the features in order."""
        return tuple(feature.name for feature in self.features)


def dump_mapping(mapping: Mapping) -> str:
    """Write a mapping as YAML with comments, for a person to correct. `parse_mapping` gives the same mapping back."""
    lines = [
        "# What the columns of this table mean. Correct what is wrong and run the replay again with this file.",
        "version: 1",
        "",
        "# How each loan ended. Values that stand in no list count as not yet known (censored).",
        "outcome:",
        f"  column: {_quote(mapping.outcome)}",
        f"  good: {_list(mapping.good)}  # repaid",
        f"  bad: {_list(mapping.bad)}  # not repaid",
        f"  censored: {_list(mapping.censored)}  # no final outcome yet; never counted as repaid or lost",
        "",
        "# Columns with a meaning of their own; leave empty what the table lacks.",
        "roles:",
    ]
    explanations = {
        "id": "names the application; without it the row number does",
        "time": "when it was decided on; without it the order of rows is not taken for time",
        "amount": "money asked for",
        "term": "length of the loan",
        "purpose": "what the loan is for",
        "income": "the applicant's income",
        "credit_score": "a credit bureau's score",
    }
    lines += [f"  {role}: {_quote(mapping.roles.get(role))}  # {explanations[role]}" for role in ROLE_NAMES]
    lines += ["", "# Used to check fairness only; the model never sees them.", "protected:"]
    lines += [f"  - {_quote(name)}" for name in mapping.protected] or ["  []"]
    lines += ["", "# What the model may learn from: numeric, category, date or boolean.", "features:"]
    lines += [f"  {_quote(feature.name)}: {feature.type}" for feature in mapping.features] or ["  {}"]
    lines += ["", "# Left out, and why. To use one, move it to features with its type.", "ignored:"]
    lines += [f"  {_quote(name)}: {_quote(why)}" for name, why in mapping.ignored.items()] or ["  {}"]
    return "\n".join(lines) + "\n"


def _quote(text: str | None) -> str:
    # Quoting keeps 'no', '1' and '01' the words they are; what does not print is escaped, as YAML folds odd line ends.
    if text is None:
        return ""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in plain) + '"'


def _list(texts: Iterable[str]) -> str:
    return "[" + ", ".join(_quote(text) for text in texts) + "]"


def parse_mapping(text: str) -> Mapping:
    """Read a mapping from YAML; every error names the place in the file and the remedy."""
    import yaml

    if len(text) > MAPPING_CHARACTERS_MAX:
        raise MappingInvalid(
            f"The mapping has more than {MAPPING_CHARACTERS_MAX:,} characters.",
            field="mapping",
            remedy="Give the mapping file, not the table.",
        )
    # The base loader makes texts of everything: an unquoted `no` or `01` must stay the value that the table holds.
    loader = None
    try:
        loader = yaml.BaseLoader(text)
        document: Any = loader.get_single_data()
    except (yaml.YAMLError, RecursionError) as error:
        place = getattr(error, "problem_mark", None)
        where = f" at line {place.line + 1}" if place is not None else ""
        raise MappingInvalid(
            f"The mapping is no valid YAML{where}.",
            field="mapping",
            remedy="Mend that line, or let the product propose a mapping again.",
        ) from error
    finally:
        if loader is not None:
            loader.dispose()
    root = _object(document, "mapping", _KEYS)
    outcome = _object(root.get("outcome") or {}, "outcome", _OUTCOME_KEYS)
    roles = _object(root.get("roles") or {}, "roles", ROLE_NAMES)
    features = root.get("features") or {}
    if not isinstance(features, dict):
        raise MappingInvalid(
            "The features are no list of 'name: type'.",
            field="features",
            remedy='Write each as   "column": numeric   (or category, date, boolean).',
        )
    ignored = root.get("ignored") or {}
    if isinstance(ignored, list):
        ignored = dict.fromkeys((str(name) for name in ignored), "left out by hand")
    if not isinstance(ignored, dict):
        raise MappingInvalid("Ignored columns are not named.", field="ignored", remedy='Write   "column": "why".')
    return Mapping(
        outcome=_optional(outcome.get("column"), "outcome.column"),
        good=_texts(outcome.get("good"), "outcome.good"),
        bad=_texts(outcome.get("bad"), "outcome.bad"),
        censored=_texts(outcome.get("censored"), "outcome.censored"),
        **{role: _optional(roles.get(role), f"roles.{role}") for role in ROLE_NAMES},
        protected=_texts(root.get("protected"), "protected"),
        features=tuple(_feature(name, kind) for name, kind in features.items()),
        ignored={str(name): str(why) for name, why in ignored.items()},
    )


def _object(value: Any, place: str, keys: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MappingInvalid(
            f"'{place}' must hold named entries.", field=place, remedy=f"Its entries are: {', '.join(keys)}."
        )
    unknown = [str(key) for key in value if key not in keys]
    if unknown:
        raise MappingInvalid(
            f"'{unknown[0]}' is not known under '{place}'.",
            field=f"{place}.{unknown[0]}" if place != "mapping" else unknown[0],
            remedy=f"Known are: {', '.join(keys)}.",
        )
    return value


def _optional(value: Any, place: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise MappingInvalid(
            f"'{place}' must be one column name.", field=place, remedy="Give one name in quotes, or nothing."
        )
    return None if value in _NONE_WORDS else value


def _texts(value: Any, place: str) -> tuple[str, ...]:
    from ._profile import plain_value

    if value is None or value == "":
        return ()
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise MappingInvalid(f"'{place}' must be a list of texts.", field=place, remedy='Write   ["one", "two"].')
    return tuple(plain_value(item) if place.startswith("outcome") else item for item in value)


def _feature(name: Any, kind: Any) -> Feature:
    if kind not in get_args(FeatureType):
        raise MappingInvalid(
            f"Feature '{name}' has the unknown type '{kind}'.",
            field=f"features.{name}",
            remedy=f"Use one of: {', '.join(get_args(FeatureType))}.",
        )
    return Feature(str(name), cast("FeatureType", kind))

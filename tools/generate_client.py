"""Write `src/intendant/client/_generated` from openapi.json: models and operations, a file of each for every tag.

    python tools/generate_client.py            write
    python tools/generate_client.py --check    fail where what is written is not in step

A name is made from the operation's function: the noun of its group is dropped (`list_decisions` in `decisions` is `list`), unless
that leaves two of one name. Models that several groups use are in `shared`. Bounds of inputs are left to the server, so that there
is one place which judges and one kind of error.
"""

import json
import keyword
import re
import subprocess
import sys
import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "openapi.json"
TARGET = ROOT / "src" / "intendant" / "client" / "_generated"
SHARED = "shared"
HEAD = "Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."
WIDTH = 110
JSON = "application/json"
EVENTS = "text/event-stream"
KEY_HEADER = "Idempotency-Key"

NAMES = {
    "submit_api_v1_lending_applications_post": "apply",
    "preview_schedule_api_v1_lending_products_preview_schedule_post": "preview_product_schedule",
}
"""Operations whose function's name does not read well, or is another's."""

RESERVED = frozenset({"Any", "Literal", "bool", "datetime", "dict", "float", "int", "list", "shared", "str", "uuid"})
"""Names that a field of a model must not have, because its annotations use them."""

Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Argument:
    """One argument of a method: how it is named here and on the wire, and whether it must be given."""

    name: str
    wire: str
    kind: str
    required: bool
    omittable: bool = False

    def declaration(self) -> str:
        """Return it as it stands in a signature."""
        if self.required:
            return f"{self.name}: {self.kind}"
        if self.omittable:
            kind = self.kind.removesuffix(" | None")
            return f"{self.name}: {kind} | Omitted{' | None' if kind != self.kind else ''} = OMITTED"
        nullable = self.kind if self.kind.endswith("| None") else f"{self.kind} | None"
        return f"{self.name}: {nullable} = None"


@dataclass
class Operation:
    """One operation, and what its methods are made of."""

    group: str
    name: str
    method: str
    path: str
    summary: str
    description: str
    permission: str | None
    once: bool
    places: list[Argument] = field(default_factory=list)
    query: list[Argument] = field(default_factory=list)
    body: list[Argument] = field(default_factory=list)
    whole: str | None = None
    body_needed: bool = True
    media: tuple[str, ...] = ()
    answer: str | None = None
    other: tuple[str, str] | None = None
    item: str | None = None
    files: bool = False

    @property
    def pages(self) -> bool:
        """Tell whether the answer is a page that can be followed."""
        return self.item is not None and any(each.wire == "after" for each in self.query)


class Models:
    """Where each schema's model lives and how it is named there."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.schemas: dict[str, Schema] = dict(document["components"]["schemas"])
        _lift_bodies(document, self.schemas)
        used = _users(document, self.schemas)
        self.home = {name: next(iter(tags)) if len(tags) == 1 else SHARED for name, tags in used.items()}
        self.name: dict[str, str] = {}
        for module in sorted(set(self.home.values())):
            self.name |= _named([name for name, home in self.home.items() if home == module])

    def modules(self) -> dict[str, list[str]]:
        """Return the schemas of each module, in the order of their names."""
        found: dict[str, list[str]] = defaultdict(list)
        for schema, module in self.home.items():
            found[module].append(schema)
        return {module: sorted(names, key=self.name.__getitem__) for module, names in sorted(found.items())}

    def is_object(self, schema: str) -> bool:
        """Tell whether a schema is a class rather than a choice of words."""
        return "properties" in self.schemas[schema]

    def reference(self, ref: str, module: str | None) -> str:
        """Return how a model is written inside a module of models; None means inside a group."""
        schema = ref.rpartition("/")[2]
        home, name = self.home[schema], self.name[schema]
        if module is None:
            return f"shared.{name}" if home == SHARED else f"models.{name}"
        return name if home == module else f"{home}.{name}"

    def annotation(self, schema: Schema, module: str | None, *, given: bool = False) -> str:
        """Return a schema as an annotation; `given` for what the caller gives, which may be looser than what is answered."""
        if "$ref" in schema:
            name = self.reference(schema["$ref"], module)
            loose = given and self.is_object(schema["$ref"].rpartition("/")[2])
            return f"{name} | Mapping[str, Any]" if loose else name
        if "const" in schema:
            return f"Literal[{schema['const']!r}]"
        if "enum" in schema:
            return f"Literal[{', '.join(repr(each) for each in schema['enum'])}]"
        choices = schema.get("anyOf") or schema.get("oneOf")
        if choices:
            return self._union(choices, module, given=given)
        if len(schema.get("allOf", ())) == 1:
            return self.annotation(schema["allOf"][0], module, given=given)
        match schema.get("type"):
            case "array":
                inner = self.annotation(schema.get("items", {}), module, given=given)
                return f"Sequence[{inner}]" if given else f"list[{inner}]"
            case "object" | None if "additionalProperties" in schema or schema.get("type") == "object":
                return self._mapping(schema, module, given=given)
            case "string":
                return _text(schema, given=given)
            case "integer":
                return "int"
            case "number":
                return "float"
            case "boolean":
                return "bool"
            case "null":
                return "None"
            case _:
                return "Any"

    def _mapping(self, schema: Schema, module: str | None, *, given: bool) -> str:
        more = schema.get("additionalProperties")
        value = self.annotation(more, module, given=given) if isinstance(more, Mapping) and more else "Any"
        return f"Mapping[str, {value}]" if given else f"dict[str, {value}]"

    def _union(self, choices: Iterable[Schema], module: str | None, *, given: bool) -> str:
        kinds: list[str] = []
        for each in choices:
            kinds += [kind for kind in _split(self.annotation(each, module, given=given)) if kind not in kinds]
        if given and "float" in kinds and "str" in kinds:
            kinds.insert(0, "Decimal")
        if "Any" in kinds:
            return "Any"
        if "None" in kinds:
            kinds = [kind for kind in kinds if kind != "None"] + ["None"]
        return " | ".join(kinds)


def _split(kind: str) -> list[str]:
    """Split a union at its top level."""
    parts, depth, quoted, start = [], 0, False, 0
    for place, character in enumerate(kind):
        quoted ^= character == "'"
        if not quoted:
            depth += (character == "[") - (character == "]")
            if character == "|" and depth == 0:
                parts.append(kind[start:place].strip())
                start = place + 1
    return [*parts, kind[start:].strip()]


def _text(schema: Schema, *, given: bool) -> str:
    match schema.get("format"):
        case "uuid":
            return "uuid.UUID | str" if given else "uuid.UUID"
        case "date-time":
            return "datetime.datetime"
        case "date":
            return "datetime.date"
        case "time":
            return "datetime.time"
        case _:
            return "str"


def _lift_bodies(document: Mapping[str, Any], schemas: dict[str, Schema]) -> None:
    """Give a body that is written out in its operation a schema of its own, if it is an object with fields."""
    for _, _, operation in _operations(document):
        media = operation.get("requestBody", {}).get("content", {}).get(JSON)
        if media and "properties" in media["schema"]:
            title = media["schema"]["title"]
            name = title if title not in schemas else f"{_title(operation['tags'][0])}{title}"
            schemas[name] = media["schema"]
            media["schema"] = {"$ref": f"#/components/schemas/{name}"}


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


def _refs(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        ref = value.get("$ref")
        if isinstance(ref, str):
            yield ref.rpartition("/")[2]
        for key, each in value.items():
            if key != "discriminator":
                yield from _refs(each)
    elif isinstance(value, list):
        for each in value:
            yield from _refs(each)


def _users(document: Mapping[str, Any], schemas: Mapping[str, Schema]) -> dict[str, set[str]]:
    """Return which groups use a schema, in the order of the schemas' names. Problems become errors, not models."""
    users: dict[str, set[str]] = defaultdict(set)
    for _, _, operation in _operations(document):
        group = _group(operation)
        parts = [operation.get("parameters", []), operation.get("requestBody", {})]
        parts += [each for status, each in operation["responses"].items() if status.startswith("2")]
        waiting = [name for part in parts for name in _refs(part)]
        while waiting:
            name = waiting.pop()
            if group not in users[name]:
                users[name].add(group)
                waiting += _refs(schemas[name])
    return {name: users[name] for name in sorted(users)}


def _named(schemas: list[str]) -> dict[str, str]:
    """Name the models of one module: the last part of the schema's name, with the part before it where two are alike."""
    short = {schema: _short(schema) for schema in schemas}
    taken = Counter(short.values())
    return {schema: name if taken[name] == 1 else _longer(schema, name) for schema, name in short.items()}


def _short(schema: str) -> str:
    page = re.fullmatch(r"(?:.*__)?Page_(\w+?)_+\d*", schema)
    if page:
        return f"{page[1].rpartition('__')[2]}Page"
    # FastAPI tells what is given from what is answered by an ending: `Terms-Input`.
    return "".join(re.split(r"\W|_(?=Input$|Output$)", schema.rpartition("__")[2]))


def _longer(schema: str, name: str) -> str:
    parts = [part.strip("_") for part in schema.split("__") if part.strip("_")]
    if len(parts) < 2:
        return name
    where = re.sub(r"_?(?:views|bodies|view|model)$", "", parts[-2]) or parts[-3]
    return f"{_title(where)}{name}"


def _title(text: str) -> str:
    return "".join(part.capitalize() for part in re.split(r"[\W_]+", text) if part)


def _group(operation: Mapping[str, Any]) -> str:
    return str(operation["tags"][0]).replace("-", "_")


def _function(path: str, method: str, identity: str) -> str:
    return identity.removesuffix(re.sub(r"\W", "_", path) + "_" + method.lower()) or identity


def _nouns(group: str) -> set[str]:
    singular = re.sub(r"ies$", "y", group) if group.endswith("ies") else group.removesuffix("s")
    return {group, singular}


def _method_names(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the method's name of every operation by its id."""
    by_group: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for path, method, operation in _operations(document):
        identity = operation["operationId"]
        by_group[_group(operation)].append((identity, NAMES.get(identity) or _function(path, method, identity)))
    found: dict[str, str] = {}
    for group, pairs in by_group.items():
        # The plural of two that would be alike keeps its noun: `end` one alert, `end_alerts`.
        pairs.sort(key=lambda pair: (len(pair[1]), pair[1]))
        full = {name for _, name in pairs}
        taken: set[str] = set()
        for identity, name in pairs:
            words = name.split("_")
            rest = [word for place, word in enumerate(words) if place == 0 or word not in _nouns(group)]
            short = "_".join(rest)
            usable = not keyword.iskeyword(short) and short not in taken and (short == name or short not in full)
            chosen = short if usable and rest[-1] not in ("for", "of", "to", "by") else name
            if chosen in taken:
                raise SystemExit(f"{group}.{chosen} names two operations; give one a name in NAMES.")
            taken.add(chosen)
            found[identity] = chosen
    return found


def _identifier(wire: str) -> str:
    name = re.sub(r"\W", "_", wire).lower()
    return f"{name}_" if keyword.iskeyword(name) else name


def read_operations(document: Mapping[str, Any], models: Models) -> list[Operation]:
    """Return every operation with its arguments and its answer."""
    names = _method_names(document)
    return [
        _read_operation(path, method, operation, names[operation["operationId"]], models)
        for path, method, operation in _operations(document)
    ]


def _read_operation(path: str, method: str, raw: Mapping[str, Any], name: str, models: Models) -> Operation:
    parameters = raw.get("parameters", [])
    found = Operation(
        group=_group(raw),
        name=name,
        method=method,
        path=path,
        summary=raw["summary"],
        description=raw.get("description", ""),
        permission=raw.get("x-permission"),
        once=any(each["name"] == KEY_HEADER for each in parameters),
    )
    for each in parameters:
        if each["in"] not in ("path", "query"):
            continue
        kind = models.annotation(each["schema"], None, given=True)
        required = bool(each.get("required"))
        argument = Argument(_identifier(each["name"]), each["name"], kind, required)
        (found.places if each["in"] == "path" else found.query).append(argument)
    _read_body(found, raw.get("requestBody"), models)
    _read_answer(found, raw["responses"], models)
    return found


def _read_body(found: Operation, body: Mapping[str, Any] | None, models: Models) -> None:
    if body is None:
        return
    content = body["content"]
    found.body_needed = bool(body.get("required"))
    # A body that is sent as it is takes precedence: a form or JSON around a file would say the same at more length.
    raw = tuple(kind for kind in content if kind not in (JSON, "multipart/form-data"))
    if raw:
        found.media = raw
        return
    schema = content[JSON]["schema"]
    refs = [each for each in schema.get("anyOf", [schema]) if "$ref" in each]
    name = refs[0]["$ref"].rpartition("/")[2] if len(refs) == 1 else ""
    if not name or not models.schemas[name].get("properties"):
        found.whole = models.annotation(schema, None, given=True)
        return
    model = models.schemas[name]
    needed = set(model.get("required", ())) if found.body_needed else set()
    taken = {each.name for each in [*found.places, *found.query]} | {"self", "idempotency_key"}
    for wire, each in model["properties"].items():
        identifier = _identifier(wire)
        identifier = f"{identifier}_" if identifier in taken else identifier
        kind = models.annotation(each, None, given=True)
        # Where something is changed, null may empty a field and leaving it out keeps it.
        changes = found.method in ("PATCH", "PUT") and wire not in needed
        found.body.append(Argument(identifier, wire, kind, wire in needed, omittable=changes))


def _read_answer(found: Operation, responses: Mapping[str, Any], models: Models) -> None:
    good = [each for status, each in responses.items() if status.startswith("2")]
    content: dict[str, Any] = {}
    for each in good:
        content |= each.get("content", {})
    kinds = {
        status: models.annotation(each["content"][JSON]["schema"], None)
        for status, each in sorted(responses.items())
        if status.startswith("2") and JSON in each.get("content", {})
    }
    schema = next((each["content"][JSON]["schema"] for each in good if JSON in each.get("content", {})), None)
    if schema is not None:
        found.answer = next(iter(kinds.values()))
        found.other = next(((status, kind) for status, kind in kinds.items() if kind != found.answer), None)
        if "$ref" in schema:
            properties = models.schemas[schema["$ref"].rpartition("/")[2]].get("properties", {})
            if {"items", "next"} <= properties.keys() and properties["items"].get("type") == "array":
                found.item = models.annotation(properties["items"]["items"], None)
    elif good and "204" not in responses and not content:
        # Nothing is said of the answer: the file of a person's copy, an archive.
        found.files = True
    found.files = found.files or any(kind not in (JSON, EVENTS) for kind in content)


# --- Writing models


def write_model_module(models: Models, module: str, schemas: list[str]) -> str:
    """Return the text of a module of models."""
    aliases = [name for name in schemas if not models.is_object(name)]
    classes = [name for name in schemas if models.is_object(name)]
    # Choices between models stand behind them; the models' own annotations are text and may look ahead.
    first = [name for name in aliases if not any(_refs(models.schemas[name]))]
    body = "".join(_alias(models, module, name) for name in first)
    body += "".join(_class(models, module, name) for name in classes)
    body += "".join(_alias(models, module, name) for name in aliases if name not in first)
    lines = [f'"""Models of {"several groups" if module == SHARED else module}. {HEAD}"""', ""]
    lines += ["from __future__ import annotations", ""]
    lines += [f"import {name}" for name in ("datetime", "uuid") if f"{name}." in body]
    typing = [name for name in ("Any", "Literal") if re.search(rf"\b{name}\b", body)]
    lines += [f"from typing import {', '.join(typing)}"] if typing else []
    lines += ["", "from pydantic import Field"] if re.search(r"= Field\(", body) else []
    lines += ["", "from intendant.client._model import Model"] if classes else []
    lines += ["from intendant.client._generated.models import shared"] if "shared." in body else []
    return "\n".join(lines) + "\n\n" + body


def _alias(models: Models, module: str, schema: str) -> str:
    kind = models.annotation(models.schemas[schema], module)
    return f"{models.name[schema]} = {kind}\n{_docstring(_about(models, schema), 0)}\n\n"


def _about(models: Models, schema: str) -> str:
    text = str(models.schemas[schema].get("description", "")).strip()
    words = re.sub(r"(?<!^)([A-Z])", r" \1", models.name[schema]).capitalize()
    return text or f"{words}."


def _class(models: Models, module: str, schema: str) -> str:
    model = models.schemas[schema]
    needed = set(model.get("required", ()))
    lines = [f"class {models.name[schema]}(Model):", _docstring(_about(models, schema), 4)]
    for wire, each in model["properties"].items():
        name = _identifier(wire)
        name = f"{name}_" if name in RESERVED else name
        kind = models.annotation(each, module)
        alias = f"alias={wire!r}" if name != wire else ""
        if wire in needed:
            default = f" = Field({alias})" if alias else ""
        else:
            value = each.get("default")
            literal = isinstance(value, str | int | float | bool)
            if not literal:
                kind = kind if kind.endswith("None") or kind == "Any" else f"{kind} | None"
            default = f" = Field({value!r}, {alias})" if alias else f" = {value!r}"
            default = default if literal else (f" = Field(None, {alias})" if alias else " = None")
        lines.append(f"    {name}: {kind}{default}")
    return "\n".join(lines) + "\n\n\n"


def _docstring(text: str, indent: int) -> str:
    margin = " " * indent
    text = text.replace("\\", "\\\\").replace('"""', "'''")
    paragraphs = [textwrap.wrap(" ".join(part.split()), WIDTH - indent) for part in re.split(r"\n\s*\n", text)]
    lines = [line for part in paragraphs for line in [*part, ""]][:-1] or ["Nothing is said of it."]
    if len(lines) == 1 and not lines[0].endswith('"'):
        return f'{margin}"""{lines[0]}"""'
    first, *rest = lines
    return "\n".join([f'{margin}"""{first}', *(margin + line if line else "" for line in rest), f'{margin}"""'])


# --- Writing groups


def write_group(group: str, operations: list[Operation]) -> str:
    """Return the text of a group: its class, and the class for asynchronous programs."""
    ordered = sorted(operations, key=lambda each: each.name)
    title = _title(group)
    body = _group_class(title, group, ordered, is_async=False) + _group_class(title, group, ordered, is_async=True)
    shown = body
    collections = [
        name for name in ("AsyncIterator", "Iterator", "Mapping", "Sequence") if re.search(rf"\b{name}\[", shown)
    ]
    core = [
        name
        for name in ("AsyncDownload", "AsyncGroup", "Download", "Group", "quoted")
        if re.search(rf"\b{name}\b", shown)
    ]
    values = [name for name in ("OMITTED", "Content", "Omitted") if re.search(rf"\b{name}\b", shown)]
    lines = [f'"""The operations of {group}. {HEAD}"""', "", "from __future__ import annotations", ""]
    lines += ["import builtins"] if "builtins." in shown else []
    lines += [f"import {name}" for name in ("datetime", "uuid") if f"{name}." in shown]
    lines += [f"from collections.abc import {', '.join(collections)}"] if collections else []
    lines += ["from decimal import Decimal"] if "Decimal" in shown else []
    typing = [name for name in ("Any", "Literal") if re.search(rf"\b{name}\b", shown)]
    lines += [f"from typing import {', '.join(typing)}"] if typing else []
    lines += ["", f"from intendant.client._groups import {', '.join(core)}"]
    lines += [f"from intendant.client._values import {', '.join(values)}"] if values else []
    lines += [f"from intendant.client._generated.models import {group} as models"] if "models." in shown else []
    lines += ["from intendant.client._generated.models import shared"] if "shared." in shown else []
    return "\n".join(lines) + "\n\n\n" + body


def _group_class(title: str, group: str, operations: list[Operation], *, is_async: bool) -> str:
    prefix = "Async" if is_async else ""
    about = f"The operations of {group.replace('_', ' ')}{', for asynchronous programs' if is_async else ''}."
    methods: list[str] = []
    for each in operations:
        if each.answer is not None or not each.files:
            methods.append(_method(each, is_async=is_async))
        if each.pages:
            methods.append(_iterating(each, is_async=is_async))
        if each.files:
            methods.append(_downloading(each, is_async=is_async))
    return f'class {prefix}{title}({prefix}Group):\n    """{about}"""\n\n' + "\n".join(methods) + "\n\n"


def _signature(each: Operation, *, without: tuple[str, ...] = ()) -> str:
    arguments = [argument.declaration() for argument in each.places]
    named = [a for a in [*each.query, *each.body] if a.wire not in without]
    rest: list[str] = []
    if each.whole is not None:
        arguments.append(f"body: {each.whole}")
    if each.media:
        arguments.append("content: Content" if each.body_needed else "content: Content | None = None")
        kinds = ", ".join(repr(kind) for kind in each.media)
        default = f" = {each.media[0]!r}" if len(each.media) == 1 else ""
        rest.append(f"media_type: Literal[{kinds}]{default}")
    rest += [argument.declaration() for argument in named if argument.required]
    rest += [argument.declaration() for argument in named if not argument.required]
    if each.once:
        rest.append("idempotency_key: str | None = None")
    return ", ".join(["self", *arguments, *(["*", *rest] if rest else [])])


def _text_of(each: Operation, more: str = "") -> str:
    description = " ".join(each.description.split())
    parts = [f"{each.summary}."]
    if description and description.rstrip(".") != each.summary:
        parts.append(each.description.strip())
    if more:
        parts.append(more)
    if each.permission:
        parts.append(f"`{each.method} {each.path}`, permission `{each.permission}`.")
    else:
        parts.append(f"`{each.method} {each.path}`.")
    return _docstring("\n\n".join(parts), 8)


def _address(each: Operation) -> str:
    path = each.path
    for argument in each.places:
        path = path.replace("{" + argument.wire + "}", "{quoted(" + argument.name + ")}")
    return f'f"{path}"' if each.places else f'"{path}"'


def _dictionary(arguments: Iterable[Argument]) -> str:
    return "{" + ", ".join(f"{each.wire!r}: {each.name}" for each in arguments) + "}"


def _arguments(each: Operation, *, without: tuple[str, ...] = (), method: bool = True) -> str:
    parts = [repr(each.method)] if method else []
    parts.append(_address(each))
    query = [argument for argument in each.query if argument.wire not in without]
    if query:
        parts.append(f"query={_dictionary(query)}")
    if each.body:
        # Fields that must be given go out as they are; of the others null means that they are left out.
        needed = [argument for argument in each.body if argument.required]
        others = [argument for argument in each.body if not argument.required]
        if needed:
            parts.append(f"fields={_dictionary(needed)}")
        if others:
            parts.append(f"options={_dictionary(others)}")
        if not needed and each.body_needed:
            parts.append("fields={}")
    if each.whole is not None:
        parts.append("body=body")
    if each.media:
        parts.append("content=content, media_type=media_type")
    if each.once:
        parts.append("once=True, key=idempotency_key")
    return ", ".join(parts)


def _method(each: Operation, *, is_async: bool) -> str:
    start, wait = ("async def", "await ") if is_async else ("def", "")
    # `format` chooses between JSON and files; the latter have a method of their own.
    without = ("format",) if each.files else ()
    if each.answer is None:
        line = f"{wait}self._act({_arguments(each)})"
        return f"    {start} {each.name}({_signature(each)}) -> None:\n{_text_of(each)}\n        {line}\n"
    kind = re.sub(r"\blist\[", "builtins.list[", each.answer)
    line = f"return {wait}self._send({kind}, {_arguments(each, without=without)})"
    if each.other is not None:
        line = f"return {wait}self._either({kind}, {each.other[0]}, {each.other[1]}, {_arguments(each)})"
        kind = f"{kind} | {each.other[1]}"
    signature = _signature(each, without=without)
    return f"    {start} {each.name}({signature}) -> {kind}:\n{_text_of(each)}\n        {line}\n"


def _iterating(each: Operation, *, is_async: bool) -> str:
    name = re.sub(r"^list(?=_|$)", "iterate", each.name) if each.name.startswith("list") else f"iterate_{each.name}"
    about = "Goes through all pages, each fetched when it is needed; `limit` is the size of a page."
    kind = "AsyncIterator" if is_async else "Iterator"
    signature = _signature(each, without=("after",))
    line = f"return self._pages({each.answer}, {_arguments(each, without=('after',), method=False)})"
    return f"    def {name}({signature}) -> {kind}[{each.item}]:\n{_text_of(each, about)}\n        {line}\n"


def _downloading(each: Operation, *, is_async: bool) -> str:
    name = each.name if each.answer is None else f"{each.name}_file"
    kind = "AsyncDownload" if is_async else "Download"
    about = "A file: use the answer in a `with` block, and read or save it there."
    return (
        f"    def {name}({_signature(each)}) -> {kind}:\n{_text_of(each, about)}\n"
        f"        return self._download({_arguments(each)})\n"
    )


def write_index(groups: list[str]) -> str:
    """Return the module that hands out groups, each imported when it is first used."""
    lines = [f'"""The groups that a client has, imported when they are first used. {HEAD}"""', ""]
    lines += ["from __future__ import annotations", "", "from functools import cached_property"]
    lines += ["from typing import TYPE_CHECKING", "", "from intendant.client._groups import AsyncGroups, Groups", ""]
    lines += ["if TYPE_CHECKING:"]
    lines += [
        f"    from intendant.client._generated.{name} import Async{_title(name)}, {_title(name)}" for name in groups
    ]
    for prefix, base, connection in (("", "Groups", ""), ("Async", "AsyncGroups", ", for asynchronous programs")):
        lines += ["", "", f"class {prefix}Operations({base}):", f'    """Every group{connection}."""', ""]
        for name in groups:
            kind = f"{prefix}{_title(name)}"
            lines += ["    @cached_property", f"    def {name}(self) -> {kind}:"]
            lines += [f'        """Return the operations of {name.replace("_", " ")}."""']
            lines += [f"        from intendant.client._generated.{name} import {kind}", ""]
            lines += [f"        return {kind}(self._transport)", ""]
    return "\n".join(lines) + "\n"


def write_models_index(modules: Iterable[str]) -> str:
    """Return the package of models, whose modules are imported when they are first used."""
    names = sorted(modules)
    listed = ", ".join(repr(name) for name in names)
    lines = [
        f'"""What operations take and answer, a module for each group, imported when it is first used. {HEAD}"""',
        "",
    ]
    lines += ["import importlib", "from types import ModuleType", "from typing import TYPE_CHECKING", ""]
    lines += ["if TYPE_CHECKING:"]
    lines += [f"    from intendant.client._generated.models import {name}" for name in names]
    lines += ["", f"__all__ = [{listed}]", "", "", "def __getattr__(name: str) -> ModuleType:"]
    lines += ["    if name in __all__:", '        return importlib.import_module(f"{__name__}.{name}")']
    lines += [
        "    raise AttributeError(f\"There are no models of {name!r}; there are those of {', '.join(__all__)}.\")"
    ]
    return "\n".join(lines) + "\n"


def generate(document: Mapping[str, Any]) -> dict[str, str]:
    """Return every file by its path below the target, formatted."""
    models = Models(document)
    operations = read_operations(document, models)
    groups: dict[str, list[Operation]] = defaultdict(list)
    for each in operations:
        groups[each.group].append(each)
    modules = models.modules()
    files = {"__init__.py": f'"""What is made from openapi.json. {HEAD}"""\n'}
    files["operations.py"] = write_index(sorted(groups))
    files["models/__init__.py"] = write_models_index(modules)
    for module, schemas in modules.items():
        files[f"models/{module}.py"] = write_model_module(models, module, schemas)
    for group, members in groups.items():
        files[f"{group}.py"] = write_group(group, members)
    return dict(zip(files, _formatted(files), strict=True))


def _formatted(files: Mapping[str, str]) -> list[str]:
    """Sort imports and format, every file in a folder of its own making and all by one run of the formatter."""
    import tempfile

    ruff = [str(Path(sys.executable).with_name("ruff"))]
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        config = ["--config", str(ROOT / "pyproject.toml"), "--no-cache", "--quiet"]
        first_party = ["--config", 'lint.isort.known-first-party=["intendant"]']
        subprocess.run([*ruff, "check", *config, *first_party, "--select", "I", "--fix", folder], check=True)
        subprocess.run([*ruff, "format", *config, folder], check=True)
        return [Path(folder, name).read_text(encoding="utf-8") for name in files]


def main(arguments: list[str]) -> int:
    """Write what is not in step, or say so."""
    files = generate(json.loads(DOCUMENT.read_text(encoding="utf-8")))
    present = {path.relative_to(TARGET).as_posix(): path for path in TARGET.rglob("*.py")}
    stale = [name for name in present if name not in files]
    changed = [name for name, text in files.items() if name not in present or present[name].read_text() != text]
    if "--check" in arguments:
        for name in sorted([*stale, *changed]):
            sys.stderr.write(f"{name} is not in step with openapi.json; `make accept` rewrites it.\n")
        return 1 if stale or changed else 0
    for name in stale:
        present[name].unlink()
    for name in changed:
        path = TARGET / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[name], encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

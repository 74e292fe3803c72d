"""Disclosures drawn from their JSON Schema, and the ways in which one disclosure becomes another.

The schema decides what can be there; the values are those that rules ask about: years around the reporting
year, shares on, just under and just over every limit, the few texts that conditions name, evidence of all
kinds. As single values rarely meet a condition together, whole sections come from the ruleset's own tests too,
which stand on both sides of every limit. A failure is shown with as few sections as it needs.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

from hypothesis import strategies as st
from loaded import load_index

from cati_rules.catalog.store import ruleset_folder
from cati_rules.language import nodes, walk
from cati_rules.rule_tests import MINIMAL, files_with_tests, read_tests
from cati_rules.schema import is_valid, load_schema, without_nulls

CATI = "cati-auto-2024"
AS_OF = "2024-06-30"
REPORTING_YEAR = 2023  # that of the ruleset's tests
SCHEMA: Mapping[str, Any] = load_schema("disclosure")

Path = tuple[str | int, ...]
Object = dict[str, Any]

YEARS_AWAY = (0, -1, -2, -3, -4, 1, 5)
SHARES = tuple(
    Decimal(text)
    for text in "0 0.49 0.5 0.51 0.66 0.67 0.68 0.79 0.8 0.81 0.94 0.95 0.96 1".split()  # noqa: SIM905
)
RISES = tuple(Decimal(text) for text in ("-0.05", "-1", "-10"))
AMOUNTS = tuple(Decimal(text) for text in ("0", "0.1", "1", "2", "3", "1500.5"))
TEXTS = ("Alpha", "Beta", "Gamma", "MWh")

PUBLIC = {"title": "Report", "kind": "website", "public": True, "url": "https://www.example.com/report"}
INTERNAL = {"title": "Sheet", "kind": "internal", "public": False}
LATER = {**PUBLIC, "title": "Announced", "published": "2024-07-01"}
EVIDENCE: tuple[Sequence[Mapping[str, Any]], ...] = (
    (),
    (PUBLIC,),
    (INTERNAL,),
    (LATER,),
    (INTERNAL, {**PUBLIC, "published": AS_OF}),
)

ABOUT_STATEMENTS = frozenset({"evidence", "stated_by", "note"})
"""Fields that say on what a statement rests, and nothing about the climate."""


@cache
def _asked() -> tuple[frozenset[str], frozenset[str]]:
    """Return the fields and the texts that the conditions of the index name."""
    rules = load_index(CATI)
    trees = [criterion.node for indicator in rules.indicators() for criterion in indicator.criteria]
    parts = [part for tree in (*trees, *rules.named_nodes().values()) for part in walk(tree)]
    fields = {name for part in parts if isinstance(part, nodes.Field) for name in part.fields}
    texts = {part.value for part in parts if isinstance(part, nodes.Literal) and isinstance(part.value, str)}
    for part in parts:
        if isinstance(part, nodes.Member) and not isinstance(part.choices, nodes.Field):
            texts |= {choice.value for choice in part.choices if isinstance(choice.value, str)}
    return frozenset(fields), frozenset(texts)


def _resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    return schema


_EVIDENCE = (0, 1, 2, 3, 4, 1, 1, 1)
_SECTION = 6  # 0: absent, up to 3: from the tests, 4 and 5: by the schema, mixed with the tests
_MIXED = 4
_PICKS, _MORE_PICKS, _MANY = 3, 8, 100


@cache
def _tested() -> Mapping[Path, Sequence[Any]]:
    """Return what the ruleset's tests give for each section, smallest first."""
    found: dict[Path, list[Any]] = {}
    for file in files_with_tests(ruleset_folder(CATI)):
        for test in read_tests(file):
            given = without_nulls(dict(test.given))
            given = {**MINIMAL, **given}
            if given["reporting_year"] != REPORTING_YEAR or not is_valid("disclosure", given):
                continue
            inner = given.pop("governance", {})
            given = {name: each for name, each in given.items() if name not in MINIMAL}
            for path, value in [
                *(((name,), each) for name, each in given.items()),
                *((("governance", name), each) for name, each in inner.items()),
            ]:
                if value not in found.setdefault(path, []):
                    found[path].append(value)
    return {path: sorted(values, key=lambda each: len(repr(each))) for path, values in found.items()}


class Drawer:
    """Draws values of the schema.

    It chooses by a generator of its own and asks Hypothesis for its seed only, which costs a fifth of asking for each
    of some thousand choices. A failure is therefore made smaller by whole sections, not by single values.

    ``complete`` leaves nothing out that a condition could ask about, and no list empty; such a document need
    not be valid: a category then stands also where the schema forbids one.
    """

    def __init__(self, random: Random, *, complete: bool = False) -> None:
        self._random = random
        self._complete = complete

    def disclosure(self, most: int = 100) -> Object:
        """Draw a document with at most so many sections."""
        found: Object = {"kind": "disclosure", "company": {"name": "Alpha"}}
        found["reporting_year"] = Decimal(REPORTING_YEAR)
        for name in SCHEMA["properties"]:
            if name == "sources":
                continue  # see `citing`
            if name == "governance":
                inner = schema_at((name,))["properties"]
                section = {each: self._section((name, each)) for each in inner}
                found[name] = {each: value for each, value in section.items() if value is not None}
            elif name not in found and (value := self._section((name,))) is not None:
                found[name] = value
        sections = [name for name in found if name not in MINIMAL]
        for name in self._random.sample(sections, max(0, len(sections) - most)):
            del found[name]
        return found

    def _section(self, path: Path) -> Any:
        """Draw a section by the schema, take it from the tests, or leave it out."""
        schema, known = schema_at(path), _tested().get(path, ())
        name = str(path[-1])
        kind = self._random.randrange(_SECTION) or self._complete
        if schema["type"] != "array":
            if kind and known and kind < _MIXED:
                picked = copy.deepcopy(self._random.choice(known))
                return self._with_evidence(picked, schema, False)
            return self.value(schema, name) if kind else None
        entries = self.value(schema, name) if kind >= _MIXED else []
        if kind and known:
            for _ in range(self._random.randint(1, _PICKS if len(known) < _MANY else _MORE_PICKS)):
                picked = copy.deepcopy(self._random.choice(known))
                entries += self._with_evidence(picked, schema, False)
        return entries if kind else None

    def _with_evidence(self, value: Any, schema: Mapping[str, Any], inside: bool) -> Any:
        """Draw on what the statements in ``value`` rest; one inside another mostly has no evidence of its own."""
        schema = _resolved(schema)
        if isinstance(value, list):
            return [self._with_evidence(each, schema["items"], inside) for each in value]
        if not isinstance(value, dict):
            return value
        states = is_statement(schema)
        for name in value:
            if name not in ABOUT_STATEMENTS:
                value[name] = self._with_evidence(value[name], schema["properties"][name], inside or states)
        if states and not (inside and self._mostly()):
            value["evidence"] = copy.deepcopy(list(EVIDENCE[self._random.choice(_EVIDENCE)]))
        return value

    def value(self, schema: Mapping[str, Any], name: str) -> Any:
        """Draw a value for the field ``name``."""
        schema = _resolved(schema)
        if schema is SCHEMA["$defs"]["evidence_list"]:
            return copy.deepcopy(list(EVIDENCE[self._random.choice(_EVIDENCE)]))
        if schema is SCHEMA["$defs"]["year"]:
            return Decimal(REPORTING_YEAR + self._random.choice(YEARS_AWAY))
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self._random.choice(_enum(tuple(schema["enum"])))
        return _DRAWERS[schema["type"]](self, schema, name)

    def _record(self, schema: Mapping[str, Any], _: str) -> Object:
        found: Object = {}
        for name, field in schema["properties"].items():
            if name in schema.get("required", ()) or self._has(name, field):
                found[name] = self.value(field, name)
        return found if self._complete else self.repaired(found, schema)

    def _has(self, name: str, field: Mapping[str, Any]) -> bool:
        asked = name in _asked()[0]
        if self._complete:
            return asked
        if name == "evidence":
            return True
        if not asked and "properties" not in _resolved(field):
            return self._random.randrange(16) == 0
        return self._mostly()

    def _mostly(self) -> bool:
        return self._random.randrange(4) > 0

    def _list(self, schema: Mapping[str, Any], name: str) -> list[Any]:
        items = schema["items"]
        choices = _resolved(items).get("enum")
        if choices is not None:
            least = max(1 if self._complete else 0, schema.get("minItems", 0))
            most = min(4, len(choices))
            weighed = _enum(tuple(choices))
            drawn = self._random.sample(
                weighed, min(self._random.randint(least, max(least, most)), len(weighed))
            )
            return list(dict.fromkeys(drawn))
        length = self._random.randrange(4) or max(1 if self._complete else 0, schema.get("minItems", 0))
        found: list[Any] = []
        for _ in range(length):
            one = self.value(items, name)
            if not (schema.get("uniqueItems") and one in found):
                found.append(one)
        return found

    def _number(self, schema: Mapping[str, Any], _: str) -> Decimal:
        if schema.get("maximum") == 1:
            return self._random.choice(SHARES if schema["minimum"] == 0 else (*SHARES, *RISES))
        low, above = schema.get("minimum", 0), schema.get("exclusiveMinimum", -1)
        whole = schema["type"] == "integer"
        amounts = [one for one in AMOUNTS if not whole or one == one.to_integral_value()]
        return self._random.choice([one for one in amounts if one >= low and one > above])

    def _text(self, schema: Mapping[str, Any], _: str) -> str:
        if schema.get("format") == "uri":
            return "https://www.example.com"
        if schema.get("format") == "date":
            return AS_OF
        if schema.get("pattern") == "^[A-Z]{2}$":
            return "CN"
        if schema is SCHEMA["$defs"]["not_applicable"]["properties"]["indicator"]:
            return "5.1.6"
        return self._random.choice(TEXTS)

    def _boolean(self, _: Mapping[str, Any], __: str) -> bool:
        return self._random.random() < 0.5

    def repaired(self, found: Object, schema: Mapping[str, Any]) -> Object:
        """Make a drawn record follow the conditions of its schema, by adding what they demand and so on."""
        for rule in (schema, *schema.get("allOf", ())):
            branch = rule
            if "if" in rule:
                branch = rule.get("then" if _holds(rule["if"], found) else "else", {})
            self._demand(found, schema, branch)
            if branch is not schema:
                self._restrict(found, branch, schema["properties"])
        # What was taken out may have been one of several of which one is needed.
        self._demand(found, schema, schema, barred=_barred(schema, found))
        return found

    def _demand(
        self,
        found: Object,
        schema: Mapping[str, Any],
        branch: Mapping[str, Any],
        barred: frozenset[str] = frozenset(),
    ) -> None:
        demanded = [*branch.get("required", ())]
        for given, needed in branch.get("dependentRequired", {}).items():
            demanded += needed if given in found else ()
        alternatives = [
            each["required"] for each in branch.get("anyOf", ()) if not barred.intersection(each["required"])
        ]
        if alternatives and not any(found.keys() >= set(names) for names in alternatives):
            demanded += self._random.choice(alternatives)
        for name in demanded:
            if name not in found:
                found[name] = self.value(schema["properties"][name], name)

    def _restrict(self, found: Object, branch: Mapping[str, Any], known: Mapping[str, Any]) -> None:
        for name, rule in branch.get("properties", {}).items():
            if rule.get("not") == {}:
                found.pop(name, None)
            elif found.get(name) in rule.get("not", {}).get("enum", ()):
                refused = rule["not"]["enum"]
                found[name] = next(each for each in known[name]["enum"] if each not in refused)
            elif name in found and "enum" in rule.get("items", {}):
                found[name] = [each for each in found[name] if each in rule["items"]["enum"]]

    def public_statement(self, path: Path) -> Object:
        """Return a statement to stand at ``path``, from the tests or by the schema, with public evidence."""
        known = list(_tested().get(path, ()))
        if isinstance(path[-1], int):
            known = [each for entries in _tested().get(path[:-1], ()) for each in entries]
        found: Object
        if known and self._random.random() < 0.75:
            found = copy.deepcopy(self._random.choice(known))
        else:
            found = self.value(schema_at(path), "")
        found["evidence"] = [PUBLIC]
        return found

    def completed(self, value: Any, schema: Mapping[str, Any]) -> Any:
        """Return ``value`` with all that conditions ask about, at every depth."""
        schema = _resolved(schema)
        if isinstance(value, list):
            return [self.completed(each, schema["items"]) for each in value] or self._list(schema, "")
        if not isinstance(value, dict):
            return value
        return {
            name: self.completed(value[name], field) if name in value else self.value(field, name)
            for name, field in schema["properties"].items()
            if name in value or name in _asked()[0]
        }

    def filled(self, value: Any, schema: Mapping[str, Any]) -> Any:
        """Return ``value`` with some of its absent scalars filled in, at any depth; statements stay as public.

        A field that a default speaks for is not missing: to fill it in would be to say something else.
        """
        schema = _resolved(schema)
        if isinstance(value, list):
            return [self.filled(each, schema["items"]) for each in value]
        if not isinstance(value, dict):
            return value
        found = {}
        for name, field in schema["properties"].items():
            if name in ABOUT_STATEMENTS:
                if name in value:
                    found[name] = value[name]
            elif name in value:
                found[name] = self.filled(value[name], field)
            elif (
                "default" not in field
                and "default" not in _resolved(field)
                and _resolved(field).get("type") not in {"object", "array"}
                and self._mostly()
            ):
                found[name] = self.value(field, name)
        return self.repaired(found, schema)


_DRAWERS: Mapping[str, Callable[[Drawer, Mapping[str, Any], str], Any]] = {
    "object": Drawer._record,
    "array": Drawer._list,
    "number": Drawer._number,
    "integer": Drawer._number,
    "string": Drawer._text,
    "boolean": Drawer._boolean,
}


@cache
def _enum(choices: tuple[str, ...]) -> Sequence[str]:
    """Return the choices, those three times that some condition names."""
    asked = [each for each in choices if each in _asked()[1]]
    return [*(asked * 2 if len(asked) < len(choices) else ()), *choices]


def _barred(schema: Mapping[str, Any], value: Mapping[str, Any]) -> frozenset[str]:
    """Return the fields that the conditions of the schema do not allow beside what ``value`` holds."""
    branches = [
        rule.get("then" if _holds(rule["if"], value) else "else", {})
        for rule in schema.get("allOf", ())
        if "if" in rule
    ]
    return frozenset(
        name
        for branch in branches
        for name, rule in branch.get("properties", {}).items()
        if rule.get("not") == {}
    )


def _copied(value: Any) -> Any:
    """Return a copy of a value in which nothing stands at two places, as parts of what is drawn may."""
    if isinstance(value, dict):
        return {name: _copied(inner) for name, inner in value.items()}
    return [_copied(inner) for inner in value] if isinstance(value, list) else value


def citing(document: Object) -> Object:
    """Return the document with each piece of evidence named once as a source, and cited."""
    cited = _copied(document)
    sources: list[Object] = []
    for path in statements(cited):
        listed = value_at(cited, path).get("evidence", [])
        for index, each in enumerate(listed):
            if each not in sources:
                sources.append(each)
            listed[index] = {"source": f"source-{sources.index(each)}"}
    named = [{"id": f"source-{index}", **each} for index, each in enumerate(sources)]
    return {**cited, "sources": named} if named else cited


def _holds(condition: Mapping[str, Any], value: Mapping[str, Any]) -> bool:
    """Return whether ``value`` fulfils an ``if`` of the schema: fields that must be there, with what they are."""
    return all(name in value for name in condition.get("required", ())) and all(
        value[name] in (rule["enum"] if "enum" in rule else [rule["const"]])
        for name, rule in condition.get("properties", {}).items()
        if name in value
    )


SEEDS = st.integers(0, 2**32 - 1).map(Random)


def disclosures() -> st.SearchStrategy[Object]:
    """Return what draws valid disclosures, most with all their sections; a failure is shown with few."""
    return st.builds(lambda random, most: Drawer(random).disclosure(most), SEEDS, st.integers(0, 120))


def complete_disclosures() -> st.SearchStrategy[Object]:
    """Return what draws documents in which every field that a condition asks about is present, and no list is empty."""

    def complete(random: Random) -> Object:
        drawer = Drawer(random, complete=True)
        found: Object = drawer.completed(drawer.disclosure(), SCHEMA)
        return found

    return SEEDS.map(complete)


# What is where in a document


def schema_of_field(schema: Mapping[str, Any], step: str | int) -> Mapping[str, Any]:
    """Return the schema one step below."""
    schema = _resolved(schema)
    below = schema["items"] if isinstance(step, int) else schema["properties"][step]
    return _resolved(below)


def schema_at(path: Path) -> Mapping[str, Any]:
    """Return the schema of the value at ``path`` of a disclosure."""
    schema = SCHEMA
    for step in path:
        schema = schema_of_field(schema, step)
    return schema


def value_at(document: Any, path: Path) -> Any:
    """Return the value at ``path``."""
    for step in path:
        document = document[step]
    return document


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the path of every value in a document, outermost first, the document itself left out."""
    below: Sequence[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        below = list(value.items())
    elif isinstance(value, list):
        below = list(enumerate(value))
    for step, inner in below:
        yield (*path, step)
        yield from places(inner, (*path, step))


def is_statement(schema: Mapping[str, Any]) -> bool:
    """Return whether values of this schema cite evidence."""
    return "evidence" in _resolved(schema).get("properties", {})


def statements(document: Object) -> list[Path]:
    """Return the paths of all statements in a document."""
    return [
        path
        for path in places(document)
        if isinstance(value_at(document, path), dict) and is_statement(schema_at(path))
    ]


def changed(document: Object, path: Path, value: Any) -> Object:
    """Return a copy of the document with another value at ``path``, or one more."""
    copied = copy.deepcopy(document)
    value_at(copied, path[:-1])[path[-1]] = value
    return copied


def removed(document: Object, path: Path) -> Object:
    """Return a copy of the document without the value at ``path``."""
    copied = copy.deepcopy(document)
    del value_at(copied, path[:-1])[path[-1]]
    return copied

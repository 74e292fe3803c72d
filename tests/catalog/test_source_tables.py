"""Every row of the report's tables 4-1-1 and 4-1-2 is encoded, or says why it cannot be tested."""

from __future__ import annotations

import pytest
from running import Command

from cati_rules.catalog.store import load_ruleset, ruleset_ids
from cati_rules.kinds.definition.rules import Definition

# The first column of both tables, standards and initiatives first, companies' labels after.
ROWS = {
    "4-1-1": [
        "责任钢国际标准 The ResponsibleSteel™ International Standard",
        "先驱者联盟-钢铁倡议 First Movers Coalition-Steel commitment",
        "SteelZero Initiative",
        "净零钢铁倡议 NET-ZERO STEEL INITIATIVE",
        "钢铁行业认证标准 气候债券标准和认证计划",
        "工业深度脱碳倡议 IDDI",
        "钢铁标准原则 STEEL STANDARDS PRINCIPLES",
        "科学碳目标-钢铁行业",
        "净零碳钢/碳中和钢",
        "BeyondECO™ 低碳排放钢",
        "XCarb™",
        "ECONIQ STEEL",
        "GREENSTEEL",
        "Fossil-free steel",
        "Green steel",
    ],
    "4-1-2": [
        "铝业管理倡议 (ASI) 证书",
        "低碳产品",
        "绿电铝",
        "先驱者联盟-铝业倡议 First Movers Coalition- Aluminum",
        "科学碳目标-铝业行业",
        "Revolution-Al™",
        "ELYSISTM",
        "Hydro REDUXA",
        "Hydro CIRCAL",
        "Near-zero carbon aluminum",
        "Recycled aluminum",
        "Green aluminum",
    ],
}
CONTRACT = [
    "responsiblesteel-2.0",
    "responsiblesteel-2.1",
    "iea-near-zero",
    "fmc-steel",
    "steelzero",
    "climate-bonds-steel-facility",
    "climate-bonds-steel-company",
    "sbti-absolute",
    "net-zero-steel-initiative",
    "iddi",
    "steel-standards-principles",
    "worldsteel-carbon-neutral",
    "beyondeco",
    "xcarb-certificates",
    "xcarb-recycled-renewable",
    "econiq-nz",
    "econiq-re",
    "greensteel",
    "fossil-free-steel",
    "nissan-green-steel",
    "less",
    "gscc",
    "c2f-steel",
    "asi-5.2",
    "fmc-aluminium",
    "green-electricity-aluminium",
    "low-carbon-aluminium-ingot",
    "hydro-reduxa",
    "hydro-circal",
    "hydro-near-zero",
    "elysis",
    "revolution-al",
    "volvo-recycled-aluminium",
    "nissan-green-aluminium",
    "platts-low-carbon-aluminium",
]


def squeezed(text: str) -> str:
    return "".join(text.split()).casefold()


@pytest.mark.parametrize(("table", "row"), [(table, row) for table, rows in ROWS.items() for row in rows])
def test_every_row_has_a_ruleset(table: str, row: str) -> None:
    encoded = {
        squeezed(each.row): identifier
        for identifier in ruleset_ids()
        for each in load_ruleset(identifier).rows
        if (each.document, each.table) == ("ipe-2024", table)
    }
    assert squeezed(row) in encoded


def test_no_ruleset_claims_a_row_that_is_not_there() -> None:
    known = {(table, squeezed(row)) for table, rows in ROWS.items() for row in rows}
    for identifier in ruleset_ids():
        for each in load_ruleset(identifier).rows:
            if each.table in ROWS:
                assert (each.table, squeezed(each.row)) in known, (identifier, each.row)


def test_rules_list_finds_them_by_their_source(command: Command) -> None:
    listed = command("rules", "list", "--source", "ipe-2024", "--format", "json").json
    rows = {(row["table"], squeezed(row["row"])) for each in listed for row in each["rows"]}
    assert {(table, squeezed(row)) for table, rows in ROWS.items() for row in rows} <= rows
    reasons = {each["id"]: each["not_testable"] for each in listed if each["not_testable"]}
    assert {"iddi", "net-zero-steel-initiative", "greensteel", "revolution-al"} <= set(reasons)


@pytest.mark.parametrize("identifier", CONTRACT)
def test_every_definition_states_what_it_asks_from_where_and_on_which_basis(identifier: str) -> None:
    rules = load_ruleset(identifier)
    assert isinstance(rules, Definition)
    assert rules.asks.en
    assert rules.asks.zh
    assert rules.source.document in rules.documents
    for body in rules.bodies:
        for condition in body.judged():
            assert condition.source.document in rules.documents
            if condition.basis in ("interpreted", "unverified"):
                assert condition.why is not None, condition.id
        for value in body.values:
            assert value.source.document in rules.documents
            if value.basis in ("interpreted", "unverified"):
                assert value.why is not None, value.name
        if not body.conditions and not body.levels:
            assert body.not_testable is not None

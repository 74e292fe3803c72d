"""Sources that a disclosure names once: cited, they count as evidence in full does, and every slip is told in its place."""

from __future__ import annotations

from typing import Any

import pytest
from running import EXAMPLES, Command

from cati_rules.advice.publishing import source_publishing
from cati_rules.documents import parse_document
from cati_rules.errors import Problem
from cati_rules.kinds.index.evidence import is_public
from cati_rules.pipeline import index_assessor
from cati_rules.schema import load_schema, spelled_out, validate, without_nulls

HEAD = "kind: disclosure\ncompany: {name: Example Motors}\nreporting_year: 2023\n"
REPORT = (
    "  - {id: esg-2023, title: ESG report 2023, kind: sustainability_report, public: true, "
    "url: https://www.example.com/esg, published: 2024-04-26}\n"
)
LEDGER = "  - {id: ledger, title: Emissions ledger, kind: internal, public: false}\n"
DRAFTS = [EXAMPLES / name for name in ("draft.yaml", "draft.zh.yaml")]
AS_OF = "2024-06-30"


def scope_1(evidence: str) -> str:
    return f"emissions:\n  - scope: scope_1\n    year: 2023\n    value: 5\n    unit: tCO2e\n    evidence: {evidence}\n"


def problems(text: str) -> list[Problem]:
    return list(validate(parse_document((HEAD + text).encode(), name="d.yaml")))


def only(text: str) -> Problem:
    found = problems(text)
    assert len(found) == 1, [each.line("en") for each in found]
    return found[0]


def value_of(text: str) -> dict[str, Any]:
    assert [each for each in problems(text) if each.severity == "error"] == []
    return spelled_out(parse_document((HEAD + text).encode(), name="d.yaml").value)


def score(text: str, as_of: str = AS_OF) -> Any:
    return index_assessor("cati-auto-2024").assess(value_of(text), as_of=as_of).score


def test_what_is_cited_stands_in_full_where_it_is_cited() -> None:
    value = value_of("sources:\n" + REPORT + scope_1("[{source: esg-2023, page: p. 7}]"))
    assert value["emissions"][0]["evidence"] == [
        {
            "title": "ESG report 2023",
            "kind": "sustainability_report",
            "public": True,
            "url": "https://www.example.com/esg",
            "published": "2024-04-26",
            "page": "p. 7",
        }
    ]
    assert value["sources"][0]["id"] == "esg-2023"


def test_one_source_is_cited_with_a_page_of_its_own_each_time() -> None:
    text = "sources:\n" + REPORT + scope_1("[{source: esg-2023, page: '7'}, {source: esg-2023, page: '9'}]")
    assert [each["page"] for each in value_of(text)["emissions"][0]["evidence"]] == ["7", "9"]


def test_progress_within_a_target_cites_as_well() -> None:
    text = (
        f"sources:\n{REPORT}targets:\n  - subject: emission_reduction\n    base_year: 2020\n"
        "    progress: [{year: 2023, reduction: 0.1, evidence: [{source: esg-2023}]}]\n"
    )
    assert value_of(text)["targets"][0]["progress"][0]["evidence"][0]["title"] == "ESG report 2023"


FULL = REPORT.strip().removeprefix("- {id: esg-2023, ").removesuffix("}")


@pytest.mark.parametrize("as_of", ["2024-04-25", "2024-04-26", "2024-06-30"])
def test_a_source_counts_from_the_day_on_which_evidence_in_full_does(as_of: str) -> None:
    cited = score("sources:\n" + REPORT + scope_1("[{source: esg-2023}]"), as_of)
    assert cited == score(scope_1(f"[{{{FULL}}}]"), as_of)
    assert (cited > 0) == (as_of >= "2024-04-26")


def test_an_internal_source_earns_nothing() -> None:
    assert score("sources:\n" + LEDGER + scope_1("[{source: ledger}]")) == 0


def test_evidence_in_full_and_citations_stand_side_by_side() -> None:
    page = "{title: Page, kind: website, public: true, url: https://www.example.com}"
    text = "sources:\n" + LEDGER + scope_1(f"[{{source: ledger}}, {page}]")
    assert is_public(value_of(text)["emissions"][0]["evidence"], AS_OF)


def test_what_is_not_written_out_is_not_silently_taken_for_unpublished() -> None:
    with pytest.raises(KeyError):
        is_public([{"source": "esg-2023"}], AS_OF)


# Slips


def test_an_unknown_source_is_refused_where_it_is_cited_with_what_was_meant_and_what_there_is() -> None:
    problem = only("sources:\n" + REPORT + scope_1("[{source: esg-2023}, {source: esg2023}]"))
    assert (problem.code, problem.severity) == ("slip/unknown-source", "error")
    assert (problem.path, problem.place.line) == ("emissions[0].evidence[1].source", 11)
    assert problem.message.en == "No source has the id “esg2023”."
    assert problem.message.zh == "没有标识为“esg2023”的来源。"
    assert problem.advice is not None
    assert problem.advice.en == "Did you mean “esg-2023”? Sources named: esg-2023."
    assert problem.advice.zh == "是否想写“esg-2023”？已有来源：esg-2023。"


def test_a_source_is_found_by_its_title_too() -> None:
    problem = next(
        each
        for each in problems("sources:\n" + REPORT + LEDGER + scope_1("[{source: Emissions ledger}]"))
        if each.severity == "error"
    )
    assert problem.advice is not None
    assert problem.advice.en == "Did you mean “ledger”? Sources named: esg-2023, ledger."


def test_a_source_where_none_is_named_says_where_to_name_it() -> None:
    problem = only(scope_1("[{source: esg-2023}]"))
    assert problem.code == "slip/unknown-source"
    assert problem.advice is not None
    assert "under sources at the top" in problem.advice.en
    assert "开头的 sources" in problem.advice.zh


def test_of_many_sources_only_some_are_listed() -> None:
    many = "".join(LEDGER.replace("ledger", f"s{number}", 1) for number in range(30))
    problem = problems("sources:\n" + many + scope_1("[{source: qqqqqqqq}]"))[-1]
    assert problem.code == "slip/unknown-source"
    assert problem.advice is not None
    assert problem.advice.en.endswith("s10, s11 and 18 more.")
    assert problem.advice.zh.endswith("s10、s11，另有 18 个。")


def test_two_sources_with_one_id_are_refused() -> None:
    problem = only("sources:\n" + REPORT + REPORT + scope_1("[{source: esg-2023}]"))
    assert (problem.code, problem.severity, problem.path) == (
        "slip/repeated-source",
        "error",
        "sources[1].id",
    )
    assert "the first is in entry 1" in problem.message.en
    assert "第 1 条来源已使用" in problem.message.zh


def test_a_source_that_nothing_cites_is_warned_of() -> None:
    for evidence in ("[{source: ledger}]", "[{title: A, kind: internal, public: false}, {source: ledger}]"):
        problem = only("sources:\n" + REPORT + LEDGER + scope_1(evidence))
        assert (problem.code, problem.severity) == ("slip/unused-source", "warning")
        assert problem.path == "sources[0].id"
        assert problem.message.en == "Nothing cites the source “esg-2023”."
        assert problem.message.zh == "没有内容引用来源“esg-2023”。"


def test_as_long_as_nothing_has_evidence_no_source_is_missed() -> None:
    assert problems("sources:\n" + REPORT) == []


@pytest.mark.parametrize(
    "field", ["title: Report", "kind: cdp", "public: true", "document: D", "published: 2024-01-01"]
)
def test_evidence_does_not_say_again_what_its_source_says(field: str) -> None:
    problem = only("sources:\n" + REPORT + scope_1(f"[{{source: esg-2023, {field}}}]"))
    assert problem.path == f"emissions[0].evidence[0].{field.partition(':')[0]}"
    assert "cannot be given when source is given" in problem.message.en
    assert "已填写 source 时不能填写" in problem.message.zh
    assert problem.advice is not None
    assert "under sources" in problem.advice.en
    assert "在 sources 中修改" in problem.advice.zh


def test_evidence_with_neither_is_told_what_it_needs() -> None:
    problem = only(scope_1("[{page: p. 7}]"))
    assert "Title (title), Kind of source (kind) and Public (public) are missing" in problem.line("en")


@pytest.mark.parametrize(
    ("source", "asked"),
    [
        ("{id: a, title: A, kind: press, public: true}", "give url or document"),
        (
            "{id: a, title: A, kind: internal, public: true, document: D}",
            "An internal document is not public",
        ),
        ("{title: A, kind: press, public: false}", "Id (id) is missing"),
        ("{id: 2023, title: A, kind: press, public: false}", 'Put it in quotation marks: "2023"'),
    ],
)
def test_a_source_needs_what_evidence_in_full_needs(source: str, asked: str) -> None:
    assert asked in only(f"sources:\n  - {source}\n").line("en")


def test_a_date_of_the_source_is_held_against_the_year_where_it_is_cited() -> None:
    problem = only(
        "sources:\n" + REPORT.replace("2024-04-26", "2022-04-26") + scope_1("[{source: esg-2023}]")
    )
    assert (problem.code, problem.path) == ("slip/evidence-before-year", "emissions[0].evidence[0].published")
    assert problem.place.line == 11  # where it is cited


def test_an_alias_of_citations_is_told_of_once() -> None:
    text = (
        scope_1("&them [{source: nowhere}]")
        + "energy:\n  - {carrier: total, year: 2023, value: 1, unit: MWh, evidence: *them}\n"
    )
    assert "(Used in 2 places.)" in only(text).message.en


@pytest.mark.parametrize("kind", ["press", "official_account", "database"])
def test_kinds_of_source(kind: str) -> None:
    source = f"  - {{id: a, title: A, kind: {kind}, public: true, document: D}}\n"
    assert problems("sources:\n" + source + scope_1("[{source: a}]")) == []
    assert problems(scope_1(f"[{{title: A, kind: {kind}, public: true, document: D}}]")) == []


# What is told of them


@pytest.mark.parametrize("path", DRAFTS)
def test_what_a_source_would_add_is_what_is_gained_once_it_is_public(path: Any) -> None:
    value = without_nulls(parse_document(path.read_bytes(), name=path.name).value)
    assessor = index_assessor("cati-auto-2024")
    result = assessor.assess(spelled_out(value), as_of="2026-11-22")
    found = source_publishing(assessor, value, result)
    assert found
    for each in found:
        source = next(one for one in value["sources"] if one["id"] == each.id)
        source |= {"public": True, "kind": "website", "document": "D"}
        after = assessor.assess(spelled_out(value), as_of="2026-11-22")
        source |= {"public": False}
        assert after.score - result.score == each.gain >= 0
        assert set(each.statements) == set(result.unpublished) - set(after.unpublished)


def test_the_page_and_json_name_the_sources_to_publish(command: Command) -> None:
    page = command("check", DRAFTS[0], "--lang", "en", "--as-of", "2026-11-22", "--verbose").out
    assert "source inventory: Scope 3 inventory 2025; 2 statements rest on it" in " ".join(page.split())
    page = command("check", DRAFTS[1], "--lang", "zh", "--as-of", "2026-11-22", "--verbose").out
    assert "来源 ledger：温室气体核算台账（2025 年度），涉及 2 项内容" in page
    told = command("check", DRAFTS[0], "--format", "json", "--as-of", "2026-11-22").json
    (first, *_) = told["documents"][0]["results"][0]["publishing_sources"]
    assert (first["path"], first["id"], first["gain"]) == ("sources[3]", "purchasing", "5.6")
    assert first["statements"] == ["targets[5]", "targets[6]", "actions[9]", "supplier_footprints"]


def test_a_source_can_be_published_by_what_if(command: Command) -> None:
    ran = command(
        "what-if", DRAFTS[0], "sources[2].kind=website", "sources[2].public=true", "--lang", "en",
        "--as-of", "2026-11-22",
    )  # fmt: skip
    assert "sources[2].public: false → true" in ran.out
    assert "44.3 → 48.5" in ran.out  # +4.2, as the page says
    assert "evidence" not in ran.out


def test_what_if_on_evidence_that_is_cited_points_to_the_source(command: Command) -> None:
    ran = command("what-if", DRAFTS[0], "emissions[7].evidence[0].public=true", "--lang", "en")
    assert ran.code == 3
    assert "change it there, under sources" in ran.out


def test_evidence_and_sources_take_the_same_fields() -> None:
    definitions = load_schema("disclosure")["$defs"]
    source, evidence = (set(definitions[name]["properties"]) for name in ("source", "evidence"))
    assert source - {"id"} == evidence - {"source", "page"}
    refused = set(definitions["evidence"]["then"]["properties"])
    assert refused == evidence - {"source", "page"}

"""Frames go in and come out of their own kind, with verdicts and levels added."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from cati_rules import check_value, judge
from cati_rules.errors import UsageError

PRODUCT: dict[str, Any] = {
    "material": ["steel", "steel", "aluminium"],
    "stage": ["crude_steel"] * 2 + ["primary_metal"],
    "footprint.value": [0.295, 0.296, None],
    "footprint.unit": ["tCO2e/t", "tCO2e/t", None],
    "footprint.boundary": ["cradle_to_crude_steel"] * 2 + [None],
    "scrap.share": [0.3, 0.3, None],
    "scrap.weighed_by": ["as_asked"] * 2 + [None],
    "steel.alloy_share": [0.0, 0.0, None],
    "footprint.chain_of_custody": ["segregated"] * 3,
}


def test_a_value_on_a_limit_is_decided_exactly() -> None:
    # ResponsibleSteel 2.1: level 4 up to 0.40 - 0.35 * 0.3 = 0.295; in floats the limit is 0.29500000000000004.
    judged = judge(pl.DataFrame(PRODUCT), ["responsiblesteel-2.1"], as_of="2026-06-30")
    assert judged["responsiblesteel-2.1.verdict"].to_list() == ["met", "met", "not_applicable"]
    assert judged["responsiblesteel-2.1.level"].to_list() == ["4", "3", None]


def test_what_is_missing_is_never_met() -> None:
    frame = pl.DataFrame(PRODUCT).drop("steel.alloy_share")
    judged = judge(frame, ["responsiblesteel-2.1"], as_of="2026-06-30")
    assert judged["responsiblesteel-2.1.verdict"].to_list() == ["indeterminate"] * 2 + ["not_applicable"]


def test_a_frame_comes_back_as_what_it_was() -> None:
    frame = pl.DataFrame({"sku": [7, 8, 9], **PRODUCT})
    eager = judge(frame, ["fmc-steel"], as_of="2026-06-30")
    assert isinstance(eager, pl.DataFrame)
    assert eager.columns == [*frame.columns, "fmc-steel.verdict", "fmc-steel.level"]
    lazy = judge(frame.lazy(), ["fmc-steel"], as_of="2026-06-30")
    assert isinstance(lazy, pl.LazyFrame)
    assert lazy.collect().equals(eager)
    table = judge(frame.to_arrow(), ["fmc-steel"], as_of="2026-06-30")
    assert isinstance(table, pa.Table)
    assert table["fmc-steel.verdict"].to_pylist() == eager["fmc-steel.verdict"].to_list()


def test_pandas_keeps_its_index() -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = pandas.DataFrame(PRODUCT, index=["a", "b", "c"])
    judged = judge(frame, ["responsiblesteel-2.1"], as_of="2026-06-30")
    assert list(judged.index) == ["a", "b", "c"]
    assert judged.loc["a", "responsiblesteel-2.1.level"] == "4"


def test_structs_hold_fields_as_well() -> None:
    nested = pl.DataFrame(
        {
            "material": ["steel"],
            "stage": ["crude_steel"],
            "footprint": [{"value": 0.2, "unit": "tCO2e/t", "boundary": "cradle_to_crude_steel"}],
            "scrap": [{"share": 0.3}],
        }
    )
    judged = judge(nested, ["iea-near-zero"], as_of="2026-06-30")
    assert judged["iea-near-zero.verdict"].to_list() == [
        "indeterminate"
    ]  # nothing is said of the chain of custody


def test_a_row_that_is_no_product_has_no_verdict() -> None:
    judged = judge(pl.DataFrame({"material": ["steel", "wood"]}), ["fmc-steel"], as_of="2026-06-30")
    assert judged["fmc-steel.verdict"].to_list() == ["indeterminate", None]


def test_a_misspelt_column_is_warned_of() -> None:
    with pytest.warns(UserWarning, match=r"Did you mean footprint\.value"):
        judge(pl.DataFrame({"material": ["steel"], "footprint.valeu": [1.0]}), ["fmc-steel"])


def test_an_index_judges_no_table() -> None:
    with pytest.raises(UsageError, match="no definition"):
        judge(pl.DataFrame(PRODUCT), ["cati-auto-2024"])


def test_nothing_is_no_frame_of_rows() -> None:
    judged = judge(pl.DataFrame(PRODUCT).clear(), ["fmc-steel"])
    assert judged.shape == (0, 11)


def test_a_dictionary_is_checked_as_a_file_is() -> None:
    value = {
        "kind": "product",
        "material": "steel",
        "stage": "crude_steel",
        "footprint": {"value": 0.295, "unit": "tCO2e/t", "boundary": "cradle_to_crude_steel"},
        "scrap": {"share": Decimal("0.30"), "weighed_by": "as_asked"},
        "steel": {"alloy_share": 0},
    }
    checked = check_value(value, ["responsiblesteel-2.1"], as_of="2026-06-30")
    assert [(each.verdict, each.level) for each, _ in checked.verdicts()] == [("indeterminate", None)]
    value["footprint"]["chain_of_custody"] = "segregated"  # type: ignore[index]
    checked = check_value(value, ["responsiblesteel-2.1"], as_of="2026-06-30")
    assert [(each.verdict, each.level) for each, _ in checked.verdicts()] == [("met", "4")]


@pytest.mark.parametrize(
    "value", [{"kind": "product", "material": float("nan")}, {1: 2}, {"kind": object()}, {"kind": "\ud800"}]
)
def test_a_dictionary_that_is_no_document_gives_problems(value: Any) -> None:
    assert check_value(value).failed

"""Purchases lot by lot: each by its name, under every definition of products, with level and margin."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import Command

from cati_rules.documents import read_document
from cati_rules.lots import lots_of

ON = ("--as-of", "2026-11-26")
PURCHASES = """kind: purchases
buyer: Example Motors
year: 2025
material: steel
lots:
  - {t: 300, primary: true, product: {name: Plain coil, material: steel, stage: hot_rolled, scrap: {share: 0.2, weighed_by: mass},
      footprint: {value: 2.1, unit: tCO2e/t, boundary: cradle_to_gate, verification: third_party, chain_of_custody: segregated}}}
  - {t: 20, name: Contract 17, product: {name: Green slab, stage: crude_steel, scrap: {share: 0.3, weighed_by: as_asked},
      footprint: {value: 0.2, unit: tCO2e/t, boundary: cradle_to_crude_steel, verification: third_party, chain_of_custody: segregated}}}
  - {t: 5}
"""


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(capsys)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "purchases.yaml"
    path.write_text(PURCHASES, encoding="utf-8")
    return path


def test_lots_are_named_and_judged_by_every_definition(
    command: Command, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    page = command("check", file, *ON, "--lang", "en").out
    told = " ".join(page.split())
    slab = next(each for each in page.splitlines() if each.startswith("Contract 17 (20 t)"))
    # The near-zero limit of IEA at a scrap share of 0.3 is 0.4 - 0.35 * 0.3 = 0.295; (0.295 - 0.2) / 0.295 is 32.2 %.
    assert "✓ near-zero emission" in slab
    assert "+32.2%" in told
    # Below 2.2 t is three stars in India.
    coil = next(each for each in page.splitlines() if each.startswith("Plain coil (300 t)"))
    assert "✓ 3" in coil
    assert told.index("Contract 17") < told.index("Plain coil")
    assert "Where they differ" in told


def test_what_lots_have_to_state_is_asked_once(command: Command, file: Path) -> None:
    told = command("check", file, *ON, "--lang", "en").out
    assert told.count("Please state: ResponsibleSteel level") == 1


@pytest.mark.parametrize(("language", "told"), [("en", "Contract 17 (20 t)"), ("zh", "Contract 17（20 t）")])
def test_the_page_to_hand_over_has_a_column_for_each_lot(
    command: Command, file: Path, language: str, told: str
) -> None:
    page = command("check", file, *ON, "--lang", language, "--format", "html").out
    assert f'<th scope="col">{told}</th>' in page


def test_places_of_a_lot_are_those_of_the_file(file: Path) -> None:
    lots = list(lots_of(read_document(str(file))))
    assert [each.name for each in lots] == ["Plain coil", "Contract 17", None]
    assert lots[2].product is None
    assert lots[1].product is not None
    assert lots[1].product.place(("footprint", "value")).line == 9

"""Mean footprints of cars by maker: counts and places taken from the printed table."""

from __future__ import annotations

from pathlib import Path

from running import Command

DISCLOSURE = """kind: disclosure
company: {name: Example Motors, sector: carmaker}
reporting_year: 2024
product_footprints:
  - {product: One, value: 180, unit: gCO2e/km, boundary: cradle_to_grave}
  - {product: Two, value: 36, unit: tCO2e/vehicle, lifetime_km: 200000, boundary: cradle_to_grave}
  - {product: Three, value: 10, unit: tCO2e/vehicle, boundary: cradle_to_gate}
"""


def test_the_table_as_printed(command: Command) -> None:
    data = command("benchmark", "vehicles", "--format", "json").json
    # 32 makers; 9 of new-energy cars have no petrol car, two others no data: 21. Two have no data on electric cars: 30.
    assert {drive: len(each) for drive, each in data["means"].items()} == {"petrol": 21, "electric": 30}
    first, last = data["means"]["electric"][0], data["means"]["petrol"][-1]
    assert (first["maker"], first["car"], first["steel"]) == ("理想汽车", "269.28", None)
    assert (last["maker"], last["car"], last["aluminium"]) == ("广汽丰田", "248.99", "19.54")


def test_own_footprints_among_them(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(DISCLOSURE, encoding="utf-8")
    one, two, three = command("benchmark", "vehicles", file, "--format", "json").json["own"]
    # Electric cars below 180: Nezha 176.94, BYD 176.33, Dongfeng 110.08, JMC 167.45, BAIC 175.91, Great Wall 156.35,
    # JAC 154.95, Changan 153.00, Wuling 111.71, Geely 177.08, Peugeot Citroën 159.89, Hyundai 174.03, Kia 169.98.
    assert one["makers_lower"] == {"petrol": 0, "electric": 13}
    assert (two["value"], two["makers_lower"]) == ("180", {"petrol": 0, "electric": 13})
    assert three["value"] is None
    assert "cradle_to_grave" in three["why_not"]


def test_pages_in_both_languages(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(DISCLOSURE, encoding="utf-8")
    for language, said in (("en", "13 are lower"), ("zh", "13 家均值更低")):
        ran = command("benchmark", "vehicles", file, "--lang", language)
        assert ran.code == 0
        assert said in " ".join(ran.out.split())


def test_a_document_that_is_wrong(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("kind: disclosure\ncompany: {name: A}\nreporting_year: 24\n", encoding="utf-8")
    ran = command("benchmark", "vehicles", file, "--lang", "en")
    assert ran.code == 3
    assert "reporting_year" in ran.text

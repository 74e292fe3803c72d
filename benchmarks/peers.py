"""Holds other rule engines beside cati on the same products, one by one: ``python -m benchmarks --only peers``.

Each engine is installed into an environment of its own and asked two definitions of complete products, without
unknowns, units or boundaries, as it would be written there. What they say is compared before any time is taken; times
are processor time, and the ratio is between medians. cati judges the same products by its own rules with all that these
ask: units, boundaries, contradictions, what is missing. Engines that cannot be installed are named.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

ENGINES = {
    "rule-engine": "rule-engine",
    "zen": "zen-engine",
    "zen-polars": "zen-engine",
    "cel-rust": "common-expression-language",
    "cel-expr-python": "cel-expr-python",
    "cel-python": "cel-python",
    "rego": "regopy",
    "datalogic": "datalogic-py",
    "json-logic": "json-logic-qubit",
    "regorus": "regorus",
}
"""What is asked, and the package that it comes in."""
THROUGH_POLARS = ("zen-polars",)
UNFIT = (
    "sparkrules 1.2.0 has no arithmetic in its conditions, so that a limit that falls with the share of scrap cannot "
    "be asked."
)
ROWS, TURNS = (200, 2) if "--quick" in sys.argv else (2_000, 5)
FMC = "value < 0.40 - 0.35 * share and technology and custody != 'group_mass_balance' and custody != 'book_and_claim'"
LME = "value < 8.0 and verification == 'third_party'"
CUSTODY = ["segregated", "site_mass_balance", "group_mass_balance", "book_and_claim"]
Row = dict[str, Any]
Ask = Callable[[Row], bool]
AskAll = Callable[[], list[bool]]


def rows() -> list[Row]:
    """Return complete products; none lies on a limit, where floats would decide by chance."""
    found: list[Row] = []
    for each in range(ROWS):
        steel = each % 2 == 0
        found.append(
            {
                "steel": steel,
                "value": (each * 37 % 600 + 0.5) / (1000 if steel else 50),
                "share": each * 7 % 11 / 10 if each * 7 % 11 <= 10 else 1.0,
                "technology": each % 3 != 0,
                "custody": CUSTODY[each // 2 % 4],
                "verification": "third_party" if each % 5 else "self_declared",
            }
        )
    return found


def product(row: Row) -> dict[str, Any]:
    """Return a row as a product."""
    steel = row["steel"]
    return {
        "kind": "product",
        "material": "steel" if steel else "aluminium",
        "stage": "crude_steel" if steel else "ingot",
        "footprint": {
            "value": Decimal(str(row["value"])),
            "unit": "tCO2e/t",
            "boundary": "cradle_to_crude_steel" if steel else "cradle_to_gate",
            "chain_of_custody": row["custody"],
            "verification": row["verification"],
        },
        "scrap": {"share": Decimal(str(row["share"])), "weighed_by": "as_asked"},
        **({"steel": {"breakthrough_technology": row["technology"]}} if steel else {}),
    }


def c_like(text: str) -> str:
    return text.replace(" and ", " && ")


def rule_engine() -> Ask:
    import rule_engine  # noqa: PLC0415

    fmc, lme = rule_engine.Rule(FMC), rule_engine.Rule(LME)
    return lambda row: bool((fmc if row["steel"] else lme).matches(row))


def zen() -> Ask:
    import zen  # noqa: PLC0415

    fmc, lme = zen.compile_expression(FMC), zen.compile_expression(LME)
    return lambda row: bool((fmc if row["steel"] else lme).evaluate(row))


def zen_polars() -> AskAll:
    """Ask zen-engine row by row through polars, as one would of a table."""
    import polars as pl  # noqa: PLC0415

    asked = zen()
    table = pl.DataFrame(KEPT)

    def ask_all() -> list[bool]:
        said = table.select(pl.struct(pl.all()).map_elements(asked, return_dtype=pl.Boolean))
        return said.to_series().to_list()

    return ask_all


def cel_rust() -> Ask:
    import cel  # noqa: PLC0415

    fmc, lme = cel.compile(c_like(FMC)), cel.compile(c_like(LME))
    return lambda row: bool((fmc if row["steel"] else lme).execute(row))


def cel_expr_python() -> Ask:
    from cel_expr_python import cel  # noqa: PLC0415

    text, number, truth = cel.Type.STRING, cel.Type.DOUBLE, cel.Type.BOOL
    names = {"value": number, "share": number, "technology": truth, "custody": text, "verification": text}
    environment = cel.NewEnv(variables=names)
    fmc, lme = environment.compile(c_like(FMC)), environment.compile(c_like(LME))

    def ask(row: Row) -> bool:
        data = {name: row[name] for name in names}
        return bool((fmc if row["steel"] else lme).eval(data=data).value())

    return ask


def cel_python() -> Ask:
    import celpy  # noqa: PLC0415

    environment = celpy.Environment()
    fmc, lme = (environment.program(environment.compile(c_like(each))) for each in (FMC, LME))
    return lambda row: bool((fmc if row["steel"] else lme).evaluate(celpy.json_to_cel(row)))


def rego() -> Ask:
    import regopy  # noqa: PLC0415

    asked = regopy.Interpreter()
    parts = {"fmc": FMC, "lme": LME}
    for name in ("value", "share", "technology", "custody", "verification"):
        parts = {key: text.replace(name, f"input.{name}") for key, text in parts.items()}
    bodies = "\n".join(
        f"{key} if {{ {'; '.join(text.replace(chr(39), chr(34)).split(' and '))} }}"
        for key, text in parts.items()
    )
    asked.add_module("asked", f"package asked\ndefault fmc = false\ndefault lme = false\n{bodies}")

    def ask(row: Row) -> bool:
        asked.set_input(row)
        found = asked.query("data.asked.fmc" if row["steel"] else "data.asked.lme")
        return "true" in str(found)

    return ask


def _json_logic() -> tuple[Any, Any]:
    def at(name: str) -> dict[str, str]:
        return {"var": name}

    limit = {"-": [0.40, {"*": [0.35, at("share")]}]}
    others = [{"!=": [at("custody"), each]} for each in ("group_mass_balance", "book_and_claim")]
    fmc = {"and": [{"<": [at("value"), limit]}, at("technology"), *others]}
    return fmc, {"and": [{"<": [at("value"), 8.0]}, {"==": [at("verification"), "third_party"]}]}


def datalogic() -> Ask:
    import datalogic_py  # noqa: PLC0415

    engine = datalogic_py.Engine()
    fmc, lme = (engine.compile(each) for each in _json_logic())
    return lambda row: bool((fmc if row["steel"] else lme).evaluate(row))


def json_logic() -> Ask:
    from json_logic import jsonLogic  # noqa: PLC0415

    fmc, lme = _json_logic()
    return lambda row: bool(jsonLogic(fmc if row["steel"] else lme, row))


def one_by_one(made: Callable[[], Ask]) -> Callable[[], AskAll]:
    """Return what makes an engine ready to be asked of all products, one after the other."""

    def ready() -> AskAll:
        ask = made()
        return lambda: [ask(row) for row in KEPT]

    return ready


ASKED: dict[str, Callable[[], AskAll]] = {
    "rule-engine": one_by_one(rule_engine),
    "zen": one_by_one(zen),
    "zen-polars": zen_polars,
    "cel-rust": one_by_one(cel_rust),
    "cel-expr-python": one_by_one(cel_expr_python),
    "cel-python": one_by_one(cel_python),
    "rego": one_by_one(rego),
    "datalogic": one_by_one(datalogic),
    "json-logic": one_by_one(json_logic),
}


def ours() -> Ask:
    from cati_rules.columns.exact_rows import verdicts_of  # noqa: PLC0415

    documents = {id(row): product(row) for row in KEPT}
    asked = [("fmc-steel", ())], [("lme-low-carbon-aluminium", ())]
    return lambda row: (
        verdicts_of(documents[id(row)], asked[0 if row["steel"] else 1], "2026-06-30")[0][0] == "met"
    )


KEPT = rows()


def measured(ask_all: AskAll) -> tuple[list[bool], list[float]]:
    """Return what is said of each product, and processor time for all of them in each turn."""
    said = ask_all()
    times = []
    for _ in range(TURNS):
        start = time.process_time()
        ask_all()
        times.append(time.process_time() - start)
    return said, times


def _in_an_environment(name: str, folder: Path) -> dict[str, Any] | str:
    """Return what an engine says and takes, or why it does not."""
    package = ENGINES[name]
    place = folder / name
    venv.create(place, with_pip=True)
    python = str(place / "bin" / "python")
    installed = subprocess.run(
        [python, "-m", "pip", "install", "-q", package, *(["polars"] if name in THROUGH_POLARS else [])],
        capture_output=True,
        text=True,
        check=False,
    )
    if installed.returncode:
        return "could not be installed"
    ran = subprocess.run(
        [python, __file__, "--engine", name, *(each for each in sys.argv if each == "--quick")],
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        return f"could not be run: {ran.stderr.strip().splitlines()[-1][:100]}"
    told: dict[str, Any] = json.loads(ran.stdout)
    version = subprocess.run(
        [python, "-c", f"from importlib.metadata import version; print(version({package!r}))"],
        capture_output=True,
        text=True,
        check=False,
    )
    return {**told, "version": version.stdout.strip()}


def main() -> None:
    if "--engine" in sys.argv:
        said, times = measured(ASKED[sys.argv[sys.argv.index("--engine") + 1]]())
        print(json.dumps({"said": said, "times": times}))
        return
    from benchmarks.pages import Figure, publish  # noqa: PLC0415

    expected, times = measured(one_by_one(ours)())
    alone = statistics.median(times)
    lines, missing = [], []
    with tempfile.TemporaryDirectory() as folder:
        for name, package in ENGINES.items():
            found = _in_an_environment(name, Path(folder))
            if isinstance(found, str):
                missing.append(f"{package} {found}.")
                continue
            apart = sum(a != b for a, b in zip(found["said"], expected, strict=True))
            if apart:
                missing.append(f"{package} says something else of {apart} products, and is not timed.")
                continue
            took = statistics.median(found["times"])
            through = " through polars" if name in THROUGH_POLARS else ""
            lines.append((took / alone, f"{package} {found['version']}{through}", took / ROWS * 1e6))
    lines.append((1.0, "cati, without traces", alone / ROWS * 1e6))
    figures = [Figure(f"{name} / cati, without traces", ratio) for ratio, name, _ in sorted(lines)]
    each = ", ".join(f"{name} {took:.1f} µs" for _, name, took in sorted(lines))
    publish("peers", figures, [f"A product takes: {each}.", "", *missing, UNFIT])


if __name__ == "__main__":
    main()

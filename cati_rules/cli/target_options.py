"""The options with which a target is entered."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click
from msgspec import Struct

from cati_rules.targets.entry import SCOPES

_YEAR = click.IntRange(1990, 2100)
_TEXTS: Mapping[str, tuple[str, str]] = {
    "s1": ("AMOUNT", "Scope 1 emissions of the base year, such as 4.2Mt or 420万吨."),
    "s2": ("AMOUNT", "Scope 2 emissions of the base year."),
    "s12": ("AMOUNT", "Scope 1 and 2 emissions of the base year, where they are known as one figure only."),
    "s3": ("AMOUNT", "Scope 3 emissions of the base year, all categories."),
    "recent-s1": ("AMOUNT", "Scope 1 emissions of the recent year."),
    "recent-s2": ("AMOUNT", "Scope 2 emissions of the recent year."),
    "recent-s12": ("AMOUNT", "Scope 1 and 2 emissions of the recent year as one figure."),
    "recent-s3": ("AMOUNT", "Scope 3 emissions of the recent year."),
    "reduction": (
        "SHARE",
        "A reduction to hold against the editions, 25% or 0.25; left out, only what they ask is told.",
    ),
    "coverage": ("SHARE", "Share of the scopes' emissions that the target covers."),
    "submitted": ("DATE", "Day of submission, year-month-day; default: the date of the assessment."),
    "intensity": (
        "NUMBER",
        "Intensity of the base year for the sectoral approach, t CO2 per t of hot-rolled steel.",
    ),
    "scrap": ("SHARE", "Share of scrap in the metallic input, for the sectoral approach."),
    "production": ("AMOUNT", "Output of the base year, such as 10Mt or 10万吨."),
    "planned": ("AMOUNT", "Output of the target year."),
    "sector-growth": ("NUMBER", "What 1 of the sector's output grows to by the target year, such as 1.05."),
    "edition": ("ID", "The edition whose target --write adds; default: sbti-aca-1.3.1."),
    "company": ("NAME", "Name of the company, for a new disclosure."),
}


_YEARS: Mapping[str, str] = {
    "base": "Base year.",
    "target": "Target year.",
    "recent": "Year of the most recent inventory; default: the base year.",
    "net-zero": "The company's own net-zero year.",
}


class Options(Struct, frozen=True):
    """Options as they were given, by their names; ``given`` are those that were."""

    texts: Mapping[str, str]
    years: Mapping[str, int]
    scope: str | None
    cap: bool
    pathway: Path | None
    write: Path | None

    @property
    def given(self) -> tuple[str, ...]:
        """The options that were given, as they are written."""
        named = [*self.texts, *self.years]
        named += ["scope"] if self.scope else []
        named += ["cap"] if self.cap else []
        named += ["pathway"] if self.pathway else []
        named += ["write"] if self.write else []
        return tuple(f"--{each}" for each in named)


def entry_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of the calculator; the command is called with them as ``entered``."""

    @functools.wraps(function)
    def gathered(**options: Any) -> Any:
        texts = {name: options.pop(name.replace("-", "_")) for name in _TEXTS}
        years = {name: options.pop(f"{name.replace('-', '_')}_year") for name in _YEARS}
        entered = Options(
            {name: each for name, each in texts.items() if each is not None},
            {name: each for name, each in years.items() if each is not None},
            options.pop("scope"),
            options.pop("cap"),
            options.pop("pathway"),
            options.pop("write"),
        )
        return function(entered=entered, **options)

    decorated: Callable[..., Any] = gathered
    path = click.Path(path_type=Path, dir_okay=False)
    decorated = click.option("--write", type=path, help="Add the target to this disclosure, or begin one.")(
        decorated
    )
    decorated = click.option(
        "--pathway", type=path, help="A sector's pathway of one's own: lines of year,intensity."
    )(decorated)
    decorated = click.option(
        "--cap", is_flag=True, help="Take m as 1 at most, as the initiative's workbook does."
    )(decorated)
    for name, (metavar, text) in reversed(tuple(_TEXTS.items())):
        decorated = click.option(f"--{name}", name.replace("-", "_"), metavar=metavar, help=text)(decorated)
    for name, text in reversed(tuple(_YEARS.items())):
        decorated = click.option(
            f"--{name}", f"{name.replace('-', '_')}_year", type=_YEAR, metavar="YEAR", help=text
        )(decorated)
    return click.option(
        "--scope",
        type=click.Choice(tuple(SCOPES)),
        help="Scopes of the target; default: those with emissions.",
    )(decorated)

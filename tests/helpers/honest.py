"""Honest documents as companies write them, drawn from small models of how emissions, energy and production hang together.

Nothing here looks at a rule. A company has works that burn fuel, buy electricity and make something, over some years;
what it discloses are parts of that, rounded, in whatever unit it likes. What is unusual and true occurs as often as in
the world: restated base years, sales, acquisitions, nuclear contracts, certificates for customers, own power plants,
makers that double in a year. Most of them state the reason in its field, some leave it out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from random import Random
from typing import Any

Object = dict[str, Any]

LATEST = 2024
TJ_PER_GWH = 3.6
GJ_PER_TCE = 29.3076
GRIDS = {"DE": 0.36, "JP": 0.45, "US": 0.37, "KR": 0.43, "SE": 0.012, "FR": 0.05, "IN": 0.71, "NO": 0.009}
"""Emissions of electricity in t CO2 per MWh, about as published for recent years."""
CHINESE_GRIDS = (0.1073, 0.1404, 0.2, 0.43, 0.49, 0.5366, 0.58, 0.64, 0.73)
FUEL_FACTORS = {"natural_gas": (55.3, 56.8), "oil_products": (69.3, 75.5), "coal": (91.0, 99.0)}
"""t CO2 per TJ, as varieties of a fuel and national tables have them."""
MASS_UNITS = {"tCO2e": 1.0, "ktCO2e": 1e3, "MtCO2e": 1e6}
SAYS_WHY = 0.8
"""How many of those who have a reason state it in its field."""


def number(value: float, digits: int = 4) -> Decimal:
    """Return a number as it would be printed, with so many digits that count."""
    if value == 0:
        return Decimal(0)
    places = digits - 1 - math.floor(math.log10(abs(value)))
    return Decimal(format(Decimal(repr(round(value, places))).normalize(), "f"))


def documents(count: int, seed: int) -> Iterator[Object]:
    """Yield honest documents, seven in ten of them disclosures, the same for the same ``seed``."""
    random = Random(seed)  # noqa: S311 - the same documents each time, no secret
    kinds: Sequence[Callable[[Random], Object]] = (disclosure, product, facility, purchases)
    for _ in range(count):
        (draw,) = random.choices(kinds, (70, 15, 7, 8))
        yield draw(random)


# Companies


class Company:
    """A company over the years: what it makes, burns, buys and emits, in tonnes, GWh and TJ."""

    def __init__(self, random: Random) -> None:
        """Draw a company of some sector, size and country."""
        self.random = random
        kinds = ("carmaker", "steelmaker", "aluminium_maker", "parts_maker", "other")
        (self.sector,) = random.choices(kinds, (58, 12, 8, 14, 8))
        self.country = random.choices(["CN", *GRIDS], (60, 8, 6, 6, 4, 3, 4, 6, 3))[0]
        self.grid = random.choice(CHINESE_GRIDS) if self.country == "CN" else GRIDS[self.country]
        self.electric = random.random() < 0.3
        self.base = random.choice((2017, 2018, 2019, 2020, 2021))
        self.years = range(self.base, LATEST + 1)
        self.young = self.sector == "carmaker" and self.electric and random.random() < 0.4
        self.made = self._made()
        self.green = self._rising(0.0, random.choice((0.05, 0.3, 0.6, 1.0)))
        self.solar = self._rising(0.0, random.choice((0.0, 0.02, 0.1, 0.25)))
        self.own_plant = self._own_plant()
        self._draw_energy()

    def _made(self) -> dict[int, float]:
        """Return vehicles, or tonnes of metal or of anything, by year."""
        random = self.random
        low, high = {
            "carmaker": (2e4, 6e6),
            "steelmaker": (8e5, 6e7),
            "aluminium_maker": (1e5, 6e6),
            "parts_maker": (1e3, 1e6),
            "other": (1e3, 1e6),
        }[self.sector]
        high = 2e5 if self.young else high
        amount = math.exp(random.uniform(math.log(low), math.log(high)))
        made = {}
        for year in self.years:
            made[year] = amount
            amount *= random.uniform(1.1, 2.3) if self.young else random.uniform(0.85, 1.18)
        return made

    def _rising(self, low: float, high: float) -> dict[int, float]:
        start = self.random.uniform(low, high / 2)
        end = self.random.uniform(start, high)
        steps = max(1, len(self.years) - 1)
        return {year: start + (end - start) * i / steps for i, year in enumerate(self.years)}

    def _own_plant(self) -> float:
        """Return which part of the electricity the company makes from fuel, or gases, of its own."""
        odds = {"steelmaker": (0.8, 0.95), "aluminium_maker": (0.5, 1.0), "carmaker": (0.06, 0.95)}
        often, most = odds.get(self.sector, (0.02, 0.9))
        return self.random.uniform(0.2, most) if self.random.random() < often else 0.0

    def _draw_energy(self) -> None:
        random = self.random
        spans = {
            "carmaker": ((0.4, 1.4), (0.0008, 0.005), (0.00002, 0.0003), (0.0, 0.003)),
            "steelmaker": ((0.35, 0.6), (0.0, 0.001), (0.0, 0.0002), (14.0, 19.0)),
            "aluminium_maker": ((13.2, 14.2), (0.001, 0.004), (0.0, 0.0005), (0.0, 0.0)),
            "parts_maker": ((0.3, 6.0), (0.0005, 0.01), (0.0, 0.0005), (0.0, 0.0)),
            "other": ((0.1, 6.0), (0.0, 0.01), (0.0, 0.0005), (0.0, 0.0)),
        }[self.sector]
        power, gas, oil, coal = (random.uniform(*span) for span in spans)
        coal = coal / 1000 if self.sector == "steelmaker" else coal * (random.random() < 0.2)
        factors = {fuel: random.uniform(*span) for fuel, span in FUEL_FACTORS.items()}
        process = {"aluminium_maker": random.uniform(1.5, 2.2), "steelmaker": random.uniform(0.02, 0.1)}
        self.heat_factor = random.uniform(60, 110)
        self.electricity, self.heat, self.fuel = {}, {}, {}
        self.scope_1, self.located, self.market = {}, {}, {}
        self.heated = random.random() < 0.35
        heat = random.uniform(0.0005, 0.004) if self.heated else 0.0
        for year in self.years:
            made, saved = self.made[year], 0.97 ** (year - self.base) * random.uniform(0.97, 1.03)
            total = made * power * saved / 1000
            from_fuel = total * self.own_plant
            self.electricity[year] = total
            self.heat[year] = made * heat * saved
            self.fuel[year] = {
                "natural_gas": made * gas * saved,
                "oil_products": made * oil * saved,
                "coal": made * coal * saved,
            }
            if from_fuel and self.sector != "steelmaker":
                plant = "coal" if self.sector == "aluminium_maker" else "natural_gas"
                self.fuel[year][plant] += from_fuel * TJ_PER_GWH / 0.4
            burnt = sum(self.fuel[year][fuel] * factors[fuel] for fuel in factors)
            self.scope_1[year] = burnt * random.uniform(1.0, 1.08) + made * process.get(self.sector, 0.0)
            bought = total * (1 - self.solar[year]) - from_fuel
            bought = max(bought, total * 0.02)
            warm = self.heat[year] * self.heat_factor
            self.located[year] = bought * 1000 * self.grid + warm
            self.market[year] = (
                bought * 1000 * self.grid * (1 - self.green[year]) * random.uniform(1, 1.1) + warm
            )
        self.bought = {
            year: max(
                self.electricity[year] * (1 - self.solar[year] - self.own_plant),
                self.electricity[year] * 0.02,
            )
            for year in self.years
        }

    def categories(self, year: int) -> dict[str, float]:
        """Return scope 3 of a year by category, in tonnes."""
        random, made = self.random, self.made[year]
        if self.sector == "carmaker":
            use = random.uniform(8, 22) if self.electric else random.uniform(18, 45)
            bought = random.uniform(5, 14)
        elif self.sector == "steelmaker":
            use, bought = 0.0, random.uniform(0.15, 0.6)
        else:
            use, bought = random.choice((0.0, random.uniform(0.1, 3))), random.uniform(1, 6)
        amounts = {
            "purchased_goods_and_services": made * bought,
            "capital_goods": made * bought * random.uniform(0.01, 0.08),
            "fuel_and_energy_related": (self.scope_1[year] + self.located[year]) * random.uniform(0.1, 0.3),
            "upstream_transport": made * bought * random.uniform(0.02, 0.1),
            "waste": made * bought * random.uniform(0.0002, 0.01),
            "business_travel": made * bought * random.uniform(0.0002, 0.01),
            "employee_commuting": made * bought * random.uniform(0.0005, 0.015),
            "downstream_transport": made * bought * random.uniform(0.01, 0.08),
            "use_of_sold_products": made * use,
            "end_of_life": made * bought * random.uniform(0.01, 0.06),
        }
        return {name: amount for name, amount in amounts.items() if amount > 0}


# Disclosures


def disclosure(random: Random) -> Object:
    """Return what an honest company discloses."""
    return _Disclosure(random).document()


class _Disclosure:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.company = Company(random)
        self.unit = random.choice(list(MASS_UNITS))
        self.mixes = random.random() < 0.25
        self.latest = LATEST if random.random() < 0.9 else LATEST - 1
        self.sold = random.random() < 0.04
        self.acquired = random.random() < 0.04
        self.restated = random.random() < 0.08
        # Who buys green electricity states both figures, as the GHG Protocol asks; few leave out the location-based one.
        ways = ("both", "location_based", "market_based", "unstated")
        (self.dual,) = random.choices(ways, (60, 20, 2, 18))
        self.joined = random.random() < 0.3
        self.years = sorted(
            {self.company.base, self.latest, *random.sample(list(self.company.years)[:-1], 1)}
        )
        self.years = [year for year in self.years if year <= self.latest]

    def says(self) -> bool:
        return self.random.random() < SAYS_WHY

    def maybe(self, share: float) -> bool:
        return self.random.random() < share

    def document(self) -> Object:
        company = self.company
        about: Object = {"name": "Honest Company", "country": company.country}
        if self.maybe(0.85) or company.sector != "carmaker":
            about["sector"] = company.sector
        if company.sector == "carmaker":
            about["product_range"] = "new_energy_only" if company.electric else "combustion_and_new_energy"
        found: Object = {"kind": "disclosure", "company": about, "reporting_year": Decimal(self.latest)}
        self.emissions: list[Object] = []
        if self.maybe(0.9):
            self._own_emissions()
        if self.maybe(0.6):
            self._scope_3()
        targets = self._targets()
        neutral = any(each["subject"] == "carbon_neutrality" for each in targets)
        reduces = any(each["subject"] == "emission_reduction" for each in targets)
        sections = {
            "emissions": self.emissions,
            "energy": self._energy() if self.maybe(0.7) else [],
            "production": self._production() if self.maybe(0.3) else [],
            "intensities": self._intensities() if self.maybe(0.4) else [],
            "carbon_market": self._certificates() if self.maybe(0.5) else [],
            "targets": targets,
            "actions": self._actions() if self.maybe(0.6) else [],
            # Who aims at neutrality and offsets something has a target to reduce as well.
            "offsets": self._offsets() if self.maybe(0.12) and (reduces or not neutral) else [],
            "product_footprints": self._footprints() if self.maybe(0.2) else [],
        }
        return {**found, **{name: entries for name, entries in sections.items() if entries}}

    def amount(self, tonnes: float) -> Object:
        unit = self.random.choice(list(MASS_UNITS)) if self.mixes else self.unit
        if tonnes < MASS_UNITS[unit] * 0.01:
            unit = "tCO2e"
        return {"value": number(tonnes / MASS_UNITS[unit]), "unit": unit}

    def _own_emissions(self) -> None:
        company = self.company
        coverage = {"coverage": Decimal("0.95")} if self.maybe(0.1) else {}
        for year in self.years:
            shared: Object = {"year": Decimal(year), **coverage}
            reasons = {}
            factor = 1.0
            if year == self.company.base and (self.sold or self.acquired):
                # What was sold since was part of the company in its base year; what was bought was not.
                factor = 1.8 if self.sold else 0.5
            if year == self.latest and (self.sold or self.acquired) and self.says():
                reasons = {"reasons": ["divested" if self.sold else "acquired"]}
            one, located, market = (
                each[year] * factor for each in (company.scope_1, company.located, company.market)
            )
            entries: list[Object] = []
            if self.joined:
                entries.append({"scope": "scope_1_2", **self.amount(one + self._second(located, market))})
            else:
                entries.append({"scope": "scope_1", **self.amount(one)})
                if self.dual in ("both", "location_based"):
                    entries.append(
                        {"scope": "scope_2", "accounting": "location_based", **self.amount(located)}
                    )
                if self.dual in ("both", "market_based"):
                    entries.append({"scope": "scope_2", "accounting": "market_based", **self.amount(market)})
                if self.dual == "unstated":
                    entries.append({"scope": "scope_2", **self.amount(located)})
            if year == company.base and self.restated and self.joined:
                tonnes = (one + self._second(located, market)) * self.random.uniform(0.8, 1.25)
                self.emissions.append({"scope": "scope_1_2", **self.amount(tonnes), **shared})
                reasons = {"reasons": ["restated"]} if self.says() else {}
            self.emissions += [{**each, **shared, **reasons} for each in entries]

    def _second(self, located: float, market: float) -> float:
        return market if self.dual == "market_based" else located

    def _scope_3(self) -> None:
        year = self.latest
        parts = self.company.categories(year)
        total = sum(parts.values())
        if self.maybe(0.8):
            self.emissions.append(
                {"scope": "scope_3", "category": "total", "year": Decimal(year), **self.amount(total)}
            )
        shown = [name for name in parts if self.maybe(self.random.choice((0.0, 0.4, 1.0)))]
        for name in shown:
            entry = {"scope": "scope_3", "category": name, "year": Decimal(year), **self.amount(parts[name])}
            if name == "purchased_goods_and_services" and self.maybe(0.4):
                share = self.random.uniform(0.05, 0.4)
                entry["materials"] = [
                    {
                        "material": "steel",
                        "share": number(share, 2),
                        "value": number(float(entry["value"]) * share, 3),
                    }
                ]
            self.emissions.append(entry)

    def _energy(self) -> list[Object]:
        company, random = self.company, self.random
        unit = random.choice(("kWh", "MWh", "GWh", "GJ", "TJ"))
        per_gwh = {"kWh": 1e6, "MWh": 1e3, "GWh": 1.0, "GJ": 3600.0, "TJ": 3.6, "tce": 3600 / GJ_PER_TCE}
        found: list[Object] = []
        for year in self.years if self.maybe(0.5) else [self.latest]:
            power = company.electricity[year]
            own = {"reasons": ["own_generation"]} if company.own_plant and self.says() else {}
            gigawatt_hours = {
                "electricity": power,
                "renewable_electricity": power * company.solar[year]
                + company.bought[year] * company.green[year],
                "self_generated_renewable": power * company.solar[year],
                "heat_and_steam": company.heat[year] / TJ_PER_GWH,
                **{fuel: amount / TJ_PER_GWH for fuel, amount in company.fuel[year].items()},
            }
            total = power * (1 - company.own_plant) + gigawatt_hours["heat_and_steam"]
            total += sum(company.fuel[year].values()) / TJ_PER_GWH
            gigawatt_hours["total"] = max(total, power, *company.fuel[year].values())
            for carrier, amount in gigawatt_hours.items():
                if amount <= 0 or not self.maybe(0.75):
                    continue
                # Fuels and totals of Chinese companies are often given in coal equivalent.
                mine = (
                    "tce"
                    if company.country == "CN" and carrier in ("total", "coal") and self.maybe(0.4)
                    else unit
                )
                entry = {
                    "carrier": carrier,
                    "year": Decimal(year),
                    "value": number(amount * per_gwh[mine]),
                    "unit": mine,
                }
                found.append({**entry, **(own if carrier == "electricity" else {})})
        return found

    def _production(self) -> list[Object]:
        of = {"carmaker": "vehicles", "steelmaker": "crude_steel", "aluminium_maker": "aluminium"}.get(
            self.company.sector
        )
        if of is None:
            return []
        unit = {} if of == "vehicles" else {"unit": "t"}
        return [
            {"of": of, "year": Decimal(year), "value": number(self.company.made[year], 5), **unit}
            for year in self.years
        ]

    def _intensities(self) -> list[Object]:
        per = {"carmaker": "vehicle", "steelmaker": "crude_steel", "aluminium_maker": "aluminium"}.get(
            self.company.sector
        )
        if per is None:
            return []
        below = "vehicle" if per == "vehicle" else "t"
        above, factor = self.random.choice((("tCO2e", 1.0), ("kgCO2e", 1000.0)))
        company = self.company
        found = []
        for year in self.years:
            if (self.sold or self.acquired) and year == company.base:
                continue
            second = self._second(company.located[year], company.market[year])
            value = (company.scope_1[year] + second) / company.made[year] * factor
            entry = {"subject": "carbon", "per": per, "year": Decimal(year), "value": number(value, 3)}
            found.append({**entry, "unit": f"{above}/{below}", "boundary": "scope_1_2"})
        return found

    def _certificates(self) -> list[Object]:
        company, year = self.company, self.latest
        megawatt_hours = company.bought[year] * company.green[year] * 1000
        found = []
        if megawatt_hours > 1:
            part = self.random.uniform(0.2, 1.0)
            schemes = [("GEC", part)] if self.maybe(0.7) else [("GEC", part / 2), ("I-REC", part / 2)]
            for scheme, share in schemes:
                found.append(
                    {
                        "instrument": "renewable_certificates",
                        "year": Decimal(year),
                        "quantity": Decimal(int(megawatt_hours * share)),
                        "unit": self.random.choice(("MWh", "certificates")),
                        "scheme": scheme,
                    }
                )
        if company.sector == "carmaker" and self.maybe(0.03):
            reasons = {"reasons": ["on_behalf_of_customers"]} if self.says() else {}
            amount = Decimal(int(company.electricity[year] * 1000 * self.random.uniform(0.5, 4)))
            common = {"instrument": "renewable_certificates", "year": Decimal(year), "unit": "MWh"}
            found.append({**common, "quantity": amount, **reasons})
        if self.maybe(0.3):
            amount = Decimal(int(company.scope_1[year] * self.random.uniform(0.5, 1.1)))
            found.append(
                {"instrument": "allowances", "year": Decimal(year), "quantity": amount, "unit": "tCO2e"}
            )
        return found

    def _targets(self) -> list[Object]:
        company, random, base = self.company, self.random, self.company.base
        found: list[Object] = []
        if self.maybe(0.6):
            target: Object = {
                "subject": "emission_reduction",
                "scopes": ["scope_1", "scope_2"],
                "reduction": Decimal(random.choice(("0.3", "0.42", "0.5", "0.8"))),
                "base_year": Decimal(base),
                "target_year": Decimal(random.choice((2030, 2035))),
            }
            if self.maybe(0.8):
                target["measure"] = "absolute"
            if self.maybe(0.15):
                target["coverage"] = Decimal("0.95")
            step = self._progress()
            if step is not None and self.maybe(0.7):
                target["progress"] = [step]
            found.append(target)
        if self.maybe(0.25):
            share = (company.bought[self.latest] * company.green[self.latest]) / company.electricity[
                self.latest
            ]
            share += company.solar[self.latest]
            progress = (
                [{"year": Decimal(self.latest), "share": number(min(share, 1), 2)}] if share > 0.01 else []
            )
            target = {"subject": "renewable_energy", "measure": "share", "share": Decimal(1)}
            found.append(
                {**target, "target_year": Decimal(2030), **({"progress": progress} if progress else {})}
            )
        if self.maybe(0.4):
            found.append(
                {"subject": "carbon_neutrality", "target_year": Decimal(random.choice((2040, 2045, 2050)))}
            )
        return found

    def _progress(self) -> Object | None:
        """Return what was reached in the latest year, like for like where works were sold or bought."""
        company, base, year = self.company, self.company.base, self.latest
        method = self.dual
        if method == "both" and not self.joined:
            method = self.random.choice(("location_based", "market_based"))
        second = company.market if method == "market_based" else company.located
        reached = 1 - (company.scope_1[year] + second[year]) / (company.scope_1[base] + second[base])
        if reached < -0.9:
            return None  # who has doubled sets a target for the intensity
        reasons = {}
        if (self.sold or self.acquired) and self.says():
            reasons = {"reasons": ["like_for_like"]}
        return {"year": Decimal(year), "reduction": Decimal(str(round(reached, 2))), **reasons}

    def _actions(self) -> list[Object]:
        company, year = self.company, self.latest
        found: list[Object] = []
        own = company.scope_1[year] + company.located[year]
        for area in self.random.sample(("energy_efficiency", "energy_management", "other_own_operations"), 2):
            saved = own * 10 ** self.random.uniform(-5, -1)
            found.append(
                {"area": area, "name": "Project", "year": Decimal(year), "reduction": self.amount(saved)}
            )
        green = company.bought[year] * company.green[year] * 1000 * company.grid
        if green > 1 and self.maybe(0.6):
            found.append(
                {
                    "area": "renewable_energy",
                    "name": "Green",
                    "year": Decimal(year),
                    "reduction": self.amount(green),
                }
            )
        if self.maybe(0.3):
            saved = sum(company.categories(year).values()) * 10 ** self.random.uniform(-5, -1.5)
            area = self.random.choice(("steel", "aluminium", "battery", "logistics"))
            found.append(
                {"area": area, "name": "Material", "year": Decimal(year), "reduction": self.amount(saved)}
            )
        return found

    def _offsets(self) -> list[Object]:
        tonnes = self.company.scope_1[self.latest] * self.random.uniform(0.01, 0.6)
        return [{"mechanism": "voluntary_credits", "year": Decimal(self.latest), **self.amount(tonnes)}]

    def _footprints(self) -> list[Object]:
        if self.company.sector != "carmaker":
            return []
        parts = {
            "raw_materials": self.random.uniform(5, 12),
            "battery": self.random.uniform(0.5, 6),
            "manufacturing": self.random.uniform(0.3, 2),
            "use": self.random.uniform(8, 40),
            "end_of_life": self.random.uniform(0.1, 1),
        }
        credit = self.random.uniform(0.5, 4) if self.maybe(0.15) else 0.0
        unit, factor = self.random.choice(
            (("tCO2e/vehicle", 1.0), ("kgCO2e/vehicle", 1000.0), ("gCO2e/km", 1e6 / 150000))
        )
        entry: Object = {"product": "Model", "year": Decimal(self.latest), "unit": unit}
        entry["value"] = number((sum(parts.values()) - credit) * factor)
        entry["stages"] = [
            {"stage": name, "value": number(amount * factor, 3)} for name, amount in parts.items()
        ]
        if credit:
            entry["recycling_credit"] = number(credit * factor, 3)
        return [entry]


# Metals


def _metal(random: Random) -> Object:
    """Return a product's facts: route, scrap and a footprint that fits them."""
    units = (("tCO2e/t", 1.0), ("kgCO2e/t", 1000.0), ("kgCO2e/kg", 1.0))
    unit, factor = random.choice(units)
    if random.random() < 0.6:
        stage = random.choice(("crude_steel", "hot_rolled", "cold_rolled", "coated"))
        route = random.choices(
            ("bf_bof", "scrap_eaf", "gas_dri_eaf", "h2_dri_eaf", "stainless"), (45, 30, 8, 7, 10)
        )[0]
        scrap, value = {
            "bf_bof": (random.uniform(0.05, 0.35), random.uniform(1.6, 2.8)),
            "scrap_eaf": (random.uniform(0.7, 1.0), random.uniform(0.06, 0.9)),
            "gas_dri_eaf": (random.uniform(0.0, 0.5), random.uniform(0.8, 1.6)),
            "h2_dri_eaf": (random.uniform(0.0, 0.5), random.uniform(0.05, 0.7)),
            "stainless": (random.uniform(0.1, 0.9), random.uniform(1.2, 15)),
        }[route]
        steel: Object = {"grade": "stainless"} if route == "stainless" else {"route": route}
        boundary = "cradle_to_crude_steel" if stage == "crude_steel" else "cradle_to_gate"
        facts: Object = {"material": "steel", "stage": stage, "steel": steel}
    else:
        primary = random.random() < 0.5
        scrap = random.choice((0.0, random.uniform(0, 0.06))) if primary else random.uniform(0.3, 1.0)
        value = (
            random.choice((random.uniform(3.2, 6), random.uniform(11, 20)))
            if primary
            else random.uniform(0.2, 9)
        )
        stage = (
            random.choice(("primary_metal", "ingot"))
            if primary
            else random.choice(("ingot", "semi_fabricated"))
        )
        boundary = "cradle_to_gate"
        facts = {"material": "aluminium", "stage": stage}
    if random.random() < 0.7:
        facts["scrap"] = {"share": number(scrap, 2)}
    footprint = {
        "value": number(value * factor, 3),
        "unit": unit,
        "boundary": boundary,
        "year": Decimal(2024),
    }
    if random.random() < 0.9:
        facts["footprint"] = footprint
        if random.random() < 0.2:
            higher = value * random.uniform(1.05, 1.9)
            facts["baseline"] = {"value": number(higher, 3), "unit": "tCO2e/t", "year": Decimal(2020)}
    return facts


def product(random: Random) -> Object:
    """Return an honest product of steel or aluminium."""
    return {"kind": "product", **_metal(random)}


def facility(random: Random) -> Object:
    """Return an honest works."""
    spans = {
        "smelter": (1.6, 18),
        "scrap_eaf": (0.05, 0.8),
        "coal_dri_line": (1.8, 3.5),
        "gas_dri_line": (0.7, 1.6),
        "h2_dri_line": (0.05, 0.6),
        "bf_bof": (1.5, 2.9),
        "rolling_mill": (0.02, 0.3),
        "other_steel": (0.3, 12),
    }
    kind = random.choice(list(spans))
    low, high = spans[kind]
    value = random.uniform(low, high)
    unit, factor = random.choice((("tCO2e/t", 1.0), ("kgCO2e/t", 1000.0)))
    measured = []
    for year in (2022, 2024):
        measured.append({"year": Decimal(year), "value": number(value * factor, 3), "unit": unit})
        value *= random.uniform(0.85, 1.05)
    document: Object = {
        "kind": "facility",
        "type": kind,
        "commissioned": Decimal(random.randint(1960, 2022)),
        "intensity": measured,
    }
    if random.random() < 0.6:
        document["plan"] = [
            {"year": Decimal(year), "below": number(value * part * factor, 3), "unit": unit}
            for year, part in ((2030, random.uniform(0.5, 0.95)), (2050, random.choice((0.0, 0.05, 0.3))))
        ]
    return document


def purchases(random: Random) -> Object:
    """Return the honest purchases of one metal."""
    drawn = [_metal(random) for _ in range(random.randint(1, 6))]
    metal = drawn[0]["material"]
    lots = []
    for each in drawn:
        if each["material"] != metal:
            continue
        inside = {name: value for name, value in each.items() if name != "material"}
        lot: Object = {"t": number(math.exp(random.uniform(0, 13)), 3), "product": inside}
        share = each.get("scrap", {}).get("share")
        if share is not None and random.random() < 0.5:
            # Steel from ore takes up to half of scrap, primary aluminium some per cent.
            lot["primary"] = share <= Decimal("0.5" if metal == "steel" else "0.1")
        lots.append(lot)
    return {"kind": "purchases", "buyer": "Honest Buyer", "material": metal, "lots": lots}

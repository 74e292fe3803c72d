"""The conditions of the automotive CATI index 2024, written by hand in plain Python.

It stands beside the ruleset for two ends: what the engine costs is measured against it, and the tests hold the
engine to it as to a second reading of the rules. It uses nothing of the engine: no trace, no reasons, it stops at
the first answer. A document is what counts, as plain dictionaries; what is absent earns nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

Record = Mapping[str, Any]
Facts = tuple[bool, ...]

ZERO = Decimal(0)
HALF = Decimal("0.5")
MOST = Decimal("0.8")
WHOLE = Decimal("0.95")
TWO_THIRDS = Decimal("0.67")
NOT_A_CARRIER = frozenset(("total", "renewable_electricity", "self_generated_renewable"))
ENERGY_UNITS = frozenset(("kWh", "MWh", "GWh", "TWh", "GJ", "TJ", "tce", "万kWh", "亿kWh", "万tce"))
LARGER_PART = Decimal("0.65")
MECHANISMS = frozenset(
    ("training", "joint_project", "financial_incentive", "order_preference", "digital_tool")
)
SBTI = frozenset(
    (
        "Science Based Targets initiative",
        "Science Based Targets initiative (SBTi)",
        "SBTi",
        "SBTI",
        "科学碳目标倡议",
        "科学碳目标倡议组织",
        "科学碳目标组织",
        "科学碳目标倡议（SBTi）",
    )
)
MATERIALS = ("steel", "aluminium", "battery")
NOTHING: Record = {}
GROUPS = ("steel_aluminium", "battery", "other")


def since(record: Record, name: str, year: Decimal) -> bool:
    """Return whether the year in the field ``name`` is there and not before ``year``."""
    found = record.get(name)
    return found is not None and found >= year


def positive(record: Record, name: str) -> bool:
    """Return whether the number in the field ``name`` is there and above zero."""
    found = record.get(name)
    return found is not None and found > 0


def at_least(record: Record, name: str, limit: Decimal) -> bool:
    """Return whether the share in the field ``name`` is there and reaches ``limit``."""
    found = record.get(name)
    return found is not None and found >= limit


def differ(entries: Iterable[Record], name: str) -> bool:
    """Return whether two of the entries have different values in the field ``name``."""
    return len({entry[name] for entry in entries if name in entry}) > 1


class Index:
    """One document, with the years that its conditions refer to."""

    def __init__(self, document: Record) -> None:
        """Look at ``document`` in the light of its reporting year."""
        self.document = document
        self.year: Decimal = document["reporting_year"]
        self.recent: Decimal = self.year - 1
        self.targets: Sequence[Record] = document.get("targets", ())
        self.actions: Sequence[Record] = document.get("actions", ())
        self.emissions: Sequence[Record] = document.get("emissions", ())

    # Governance

    def policies(self) -> dict[str, Facts]:
        """1.1 Policies."""
        governance = self.document.get("governance", NOTHING)
        commitment = governance.get("climate_commitment", NOTHING)
        leaving = governance.get("combustion_exit", NOTHING)
        stance, everywhere = leaving.get("stance"), leaving.get("all_markets", True)
        rules = governance.get("carbon_management", NOTHING)
        covers, named = rules.get("covers", ()), "system" in rules
        demands = governance.get("supplier_code", NOTHING).get("demands", ())
        return {
            "1.1.1": (
                "statement" in commitment,
                since(commitment, "goal_year", self.year) or "initiative" in commitment,
            ),
            "1.1.2": (
                stance in {"ends_sales", "ended"} and everywhere,
                stance == "new_energy_only",
            ),
            "1.1.3": (
                named,
                named and "responsible" in rules,
                "accounting" in covers and "targets" in covers and "reduction" in covers,
                named and "reviewed" in rules,
            ),
            "1.1.4": (
                "energy_saving" in demands or "emission_reduction" in demands,
                "ghg_accounting" in demands and "ghg_reporting" in demands,
            ),
        }

    def mechanisms(self) -> dict[str, Facts]:
        """1.2 Mechanisms."""
        governance = self.document.get("governance", NOTHING)
        risk = governance.get("climate_risk", NOTHING)
        board = governance.get("board_oversight", NOTHING)
        incentives = governance.get("supplier_incentives", ())
        kinds = risk.get("risks", ())
        return {
            "1.2.1": (
                "process" in risk,
                "in_business_decisions" in risk,
                "physical" in kinds and "transition" in kinds,
                len(risk.get("scenarios", ())) >= 1 or "financial_effect" in risk,
            ),
            "1.2.2": ("body" in board, "body" in board and "duties" in board),
            "1.2.3": (any(each.get("mechanism") in MECHANISMS for each in incentives),),
        }

    # Measurement and disclosure

    def scope_1_and_2(self) -> dict[str, Facts]:
        """2.1 Scope 1 and 2."""
        recent = [each for each in self.emissions if since(each, "year", self.recent)]
        scopes: dict[str, list[Record]] = {"scope_1": [], "scope_2": [], "scope_1_2": []}
        for each in recent:
            if each["scope"] in scopes:
                scopes[each["scope"]].append(each)

        def both(fulfils: Callable[[Record], bool]) -> bool:
            return any(map(fulfils, scopes["scope_1_2"])) or (
                any(map(fulfils, scopes["scope_1"])) and any(map(fulfils, scopes["scope_2"]))
            )

        direct = [each for entries in scopes.values() for each in entries]
        used = [each for each in self.document.get("energy", ()) if since(each, "year", self.recent)]
        traded = [each for each in self.document.get("carbon_market", ()) if since(each, "year", self.recent)]
        intensities = self.document.get("intensities", ())
        new = [each for each in intensities if since(each, "year", self.recent)]
        return {
            "2.1.1": (
                any("value" in each for each in direct),
                any("value" in each for each in scopes["scope_1"])
                and any("value" in each for each in scopes["scope_2"]),
                both(lambda each: at_least(each, "coverage", WHOLE) and "standard" in each),
                self._is_a_series(direct),
                both(lambda each: "body" in each.get("verification", NOTHING)),
            ),
            "2.1.2": (
                any(each["carrier"] == "total" and "value" in each for each in used),
                differ((each for each in used if each["carrier"] not in NOT_A_CARRIER), "carrier"),
            ),
            "2.1.3": (
                any("value" in each for each in new),
                any(
                    old["year"] < each["year"]
                    and old["subject"] == each["subject"]
                    and old["per"] == each["per"]
                    for each in new
                    for old in intensities
                ),
            ),
            "2.1.4": (
                any(
                    each.get("quantity") == 0
                    if each["instrument"] == "none_traded"
                    else "quantity" in each and "unit" in each
                    for each in traded
                ),
            ),
        }

    def _is_a_series(self, recent: Sequence[Record]) -> bool:
        """Return whether a scope, or both, has a year before a recent one; scope 2 by one method only."""
        years: dict[str, set[Decimal]] = {"scope_1": set(), "scope_2": set(), "scope_1_2": set()}
        for each in self.emissions:
            if each["scope"] in years:
                years[each["scope"]].add(each["year"])
        whole = years["scope_1_2"] | (years["scope_1"] & years["scope_2"])
        new = {each["year"] for each in recent if each["year"] in whole}
        # Two years in both of which each scope stands by itself are a series of scope 1 as well.
        if any(old < year for year in new for old in whole):
            return True
        return any(
            other["scope"] == each["scope"]
            and other["year"] < each["year"]
            and (each["scope"] == "scope_1" or by_one_method(each, other))
            for each in recent
            for other in self.emissions
        )

    def scope_3(self) -> dict[str, Facts]:
        """2.2 Scope 3."""
        recent = [
            each for each in self.emissions if each["scope"] == "scope_3" and since(each, "year", self.recent)
        ]
        parts = {each["category"] for each in recent if "category" in each} - {"total"}
        valued = {each["category"] for each in recent if "value" in each and "category" in each} - {"total"}
        bought = [each for each in recent if each.get("category") == "purchased_goods_and_services"]
        discloses = any("value" in each for each in bought)
        collected = self.document.get("supplier_data", NOTHING)
        collects = collected.get("frequency") in {"yearly", "irregular", "begun"}
        materials = collected.get("materials", ())
        return {
            "2.2.1": (
                any("value" in each for each in recent),
                len(parts) > 1,
                "use_of_sold_products" in valued and len(valued) > 1,
                discloses,
                discloses and "use_of_sold_products" in valued,
                discloses and self._materials_are_given(bought),
            ),
            "2.2.2": (
                collects,
                collected.get("used_in_inventory", False)
                and discloses
                and any(each in materials for each in MATERIALS),
            ),
        }

    def _materials_are_given(self, bought: Sequence[Record]) -> bool:
        """Return whether all three materials are told of the supply chain, of a vehicle, or of the company."""
        vehicles = [
            each for each in self.document.get("product_footprints", ()) if since(each, "year", self.year - 3)
        ]
        shares = {
            each["part"]
            for each in self.document.get("footprint_shares", ())
            if "part" in each and positive(each, "share") and since(each, "year", self.recent)
        }
        return any(map(self._tells_materials, (*bought, *vehicles))) or shares.issuperset(MATERIALS)

    @staticmethod
    def _tells_materials(emission: Record) -> bool:
        told = {
            each["material"]
            for each in emission.get("materials", ())
            if positive(each, "share") or positive(each, "value")
        }
        return told.issuperset(MATERIALS)

    def footprints(self) -> dict[str, Facts]:
        """2.3 Product carbon footprint."""
        known = self.document.get("product_footprints", ())
        bounded = [each for each in known if "value" in each and "boundary" in each]
        staged = [each for each in bounded if self._staged(each)]
        verified = [
            each
            for each in staged
            if "body" in each.get("verification", NOTHING) and since(each, "year", self.year - 3)
        ]
        return {
            "2.3.1": (
                any("product" in each for each in known),
                bool(bounded),
                differ(bounded, "product"),
                bool(staged),
                differ(staged, "product"),
                bool(verified),
                differ(verified, "product"),
            )
        }

    @staticmethod
    def _staged(footprint: Record) -> bool:
        stages = footprint.get("stages", ())
        if footprint["boundary"] == "cradle_to_gate":
            return len(stages) >= 2
        return len(stages) >= 3 and any(each["stage"] == "use" for each in stages)

    # Targets

    def own_targets(self) -> dict[str, Facts]:
        """3.1 Targets for scope 1 and 2."""
        one, running, neutral = [], [], []
        for each in self.targets:
            subject, scopes = each["subject"], each.get("scopes", ())
            direct = "scope_1" in scopes or "scope_2" in scopes
            if subject == "energy_saving" or (subject == "emission_reduction" and direct):
                one.append(each)
            elif subject == "carbon_neutrality" and direct:
                neutral.append(each)
        running = [each for each in one if self._runs(each)]
        quantified = [each for each in running if self._quantified(each)]
        dated = [each for each in neutral if self._runs(each)]
        whole = [each for each in dated if is_of_the_whole(each)]
        renewable = [
            each
            for each in self.targets
            if each["subject"] in {"renewable_energy", "carbon_free_energy"} and self._runs(each)
        ]
        return {
            "3.1.1": (
                bool(running),
                bool(quantified),
                any(
                    is_of_the_whole(each)
                    and (at_least(each, "coverage", WHOLE) or is_validated_by_sbti(each))
                    and (each["subject"] == "energy_saving" or self._both_scopes(each))
                    for each in quantified
                ),
            ),
            "3.1.2": (
                any(each.get("stated_by") == "parent" for each in dated),
                bool(whole),
                any(map(self._both_scopes, whole)),
            ),
            "3.1.3": (any(positive(each, "share") for each in renewable),),
            "3.1.4": self._validated(("scope_1", "scope_2")),
        }

    @staticmethod
    def _quantified(target: Record) -> bool:
        cut = positive(target, "reduction") or positive(target.get("reduction_amount", NOTHING), "value")
        levels = (target.get("level", NOTHING), target.get("intensity", NOTHING))
        return (cut and "base_year" in target) or any("value" in each for each in levels)

    def _runs(self, target: Record) -> bool:
        return since(target, "target_year", self.year)

    @staticmethod
    def _both_scopes(target: Record) -> bool:
        scopes = target.get("scopes", ())
        return "scope_1" in scopes and "scope_2" in scopes

    def _validated(self, scopes: Sequence[str]) -> Facts:
        confirmed = [
            each["validation"]
            for each in self.targets
            if self._runs(each)
            and "body" in each.get("validation", NOTHING)
            and any(scope in each.get("scopes", ()) for scope in scopes)
        ]
        return (any(each.get("status") == "validated" for each in confirmed),)

    def value_chain_targets(self) -> dict[str, Facts]:
        """3.2 Targets for scope 3."""
        reducing = [each for each in self._scope_3_targets("emission_reduction") if self._runs(each)]
        quantified = [each for each in reducing if self._quantified(each)]
        neutral = self._scope_3_targets("carbon_neutrality")
        dated = [each for each in neutral if self._runs(each)]
        whole = [each for each in dated if is_of_the_whole(each)]
        suppliers = [each for each in self.targets if each["subject"] == "supplier_targets"]
        return {
            "3.2.1": (
                bool(reducing),
                bool(quantified),
                any(
                    self._names(each, "use_of_sold_products") or self._names_bought(each)
                    for each in quantified
                ),
                any(map(self._names_bought, quantified)),
                any(at_least(each, "coverage", TWO_THIRDS) for each in quantified)
                or (bool(quantified) and any(map(self._cuts_a_material, self.targets))),
            ),
            "3.2.2": (
                any(each.get("stated_by") == "parent" for each in dated),
                bool(whole),
                any(
                    self._names(each, "total")
                    or (
                        self._names(each, "purchased_goods_and_services")
                        and self._names(each, "use_of_sold_products")
                    )
                    for each in whole
                ),
            ),
            "3.2.3": (any(map(self._aims_at_suppliers, suppliers)),),
            "3.2.4": self._validated(("scope_3",)),
        }

    def _aims_at_suppliers(self, target: Record) -> bool:
        return any(
            positive(each, "share") and self._runs(each) for each in (target, *target.get("groups", ()))
        )

    def _scope_3_targets(self, subject: str) -> list[Record]:
        return [
            each
            for each in self.targets
            if each["subject"] == subject and "scope_3" in each.get("scopes", ())
        ]

    @staticmethod
    def _names(target: Record, category: str) -> bool:
        return category in target.get("categories", ())

    def _names_bought(self, target: Record) -> bool:
        return self._names(target, "purchased_goods_and_services") or self._names(target, "total")

    def _cuts_a_material(self, target: Record) -> bool:
        return (
            self._runs(target)
            and (positive(target, "reduction") or positive(target, "share") or self._quantified(target))
            and any(each in target.get("materials", ()) for each in MATERIALS)
            and self._is_of_the_supply_chain(target)
        )

    def _is_of_the_supply_chain(self, target: Record) -> bool:
        """Return whether a target that names materials is about them, and not about own works or the use of cars."""
        bought = "scope_3" in target.get("scopes", ()) and self._names_bought(target)
        return target["subject"] == "material" or bought

    # Progress

    def progress(self) -> dict[str, Facts]:
        """4.1 and 4.2 Progress towards targets."""
        running = [
            each
            for each in self.targets
            if any(since(one, "target_year", self.recent) for one in (each, *each.get("groups", ())))
        ]
        direct = [
            each
            for each in running
            if each["subject"] == "energy_saving"
            or (each["subject"] == "emission_reduction" and self._is_direct(each))
        ]
        neutral = [
            each for each in running if each["subject"] == "carbon_neutrality" and self._is_direct(each)
        ]
        far = [each for each in running if "scope_3" in each.get("scopes", ())]
        far_neutral = [each for each in far if each["subject"] == "carbon_neutrality"]
        far_reducing = [each for each in far if each["subject"] == "emission_reduction"]
        renewable = [
            each for each in running if each["subject"] in {"renewable_energy", "carbon_free_energy"}
        ]
        suppliers = [each for each in running if each["subject"] == "supplier_targets"]
        return {
            "4.1.1": self._reductions(direct),
            "4.1.2": (any(map(self._counted, neutral)),),
            "4.1.3": (
                any(map(self._told, renewable)),
                any(positive(each, "share") and self._shares(each) for each in renewable),
            ),
            "4.2.1": self._reductions(far_reducing),
            "4.2.2": (any(map(self._told, far_neutral)), any(map(self._counted, far_neutral))),
            "4.2.3": (
                any(map(self._shares, suppliers)),
                any(self._over_years(self._steps(each, "share")) for each in suppliers),
            ),
        }

    @staticmethod
    def _is_direct(target: Record) -> bool:
        scopes = target.get("scopes", ())
        return "scope_1" in scopes or "scope_2" in scopes

    def _reductions(self, targets: Sequence[Record]) -> Facts:
        against = [self._against_base(each) for each in targets]
        return (
            any(map(self._told, targets)),
            any(since(each, "year", self.recent) for steps in against for each in steps),
            any(map(self._over_years, against)),
        )

    @staticmethod
    def _own(target: Record) -> list[Record]:
        """Return the progress of what the target covers, and not of a part of it or of more."""
        extent = target.get("extent", "whole_company")
        places = set(target.get("places", ()))

        def covered(step: Record) -> bool:
            stated = step.get("extent", "as_target")
            if stated == "as_target":
                return True
            if stated != extent:
                return False
            return extent == "whole_company" or bool(places.intersection(step.get("places", ())))

        return [each for each in target.get("progress", ()) if covered(each)]

    def _against_base(self, target: Record) -> list[Record]:
        """Return the progress that is a reduction since the base year or an amount, by the target's measure."""
        by_measure = [
            each
            for each in self._own(target)
            if each.get("measure", "as_target") in {"as_target", target.get("measure", "")}
        ]
        return [
            each
            for each in by_measure
            if "value" in each.get("amount", NOTHING) or ("reduction" in each and "base_year" in target)
        ]

    def _steps(self, target: Record, *names: str) -> list[Record]:
        return [each for each in self._own(target) if any(name in each for name in names)]

    def _told(self, target: Record) -> bool:
        steps = self._steps(target, "description", "reduction", "share", "amount")
        return any(since(each, "year", self.recent) for each in steps)

    def _counted(self, target: Record) -> bool:
        steps = self._steps(target, "reduction", "share", "amount")
        return any(since(each, "year", self.recent) for each in steps)

    def _shares(self, target: Record) -> bool:
        return any(since(each, "year", self.recent) for each in self._steps(target, "share"))

    def _over_years(self, steps: Sequence[Record]) -> bool:
        years = [each["year"] for each in steps]
        return bool(years) and max(years) >= self.recent and min(years) < max(years)

    # Actions

    def _of(self, *areas: str) -> list[Record]:
        return [each for each in self.actions if each["area"] in areas]

    def _current(self, record: Record) -> bool:
        year = record.get("year")
        return year is not None and self.recent <= year <= self.year

    def own_operations(self) -> dict[str, Facts]:
        """5.1 Own operations."""
        renewable, efficient = self._of("renewable_energy"), self._of("energy_efficiency")
        managed, designed = self._of("energy_management"), self._of("low_carbon_design")
        offsets = self.document.get("offsets", ())
        bought = [each for each in offsets if positive(each, "value") and self._current(each)]
        return {
            "5.1.1": (
                any(map(is_specific, renewable)),
                self._tells_energy(renewable),
                *self._cut(renewable),
                differ(self._cutting(renewable), "name"),
            ),
            "5.1.2": (
                any("name" in each for each in managed),
                any("certification" in each for each in managed),
            ),
            "5.1.3": (
                any(map(is_specific, efficient)),
                self._tells_energy(efficient),
                *self._cut(efficient),
                differ(self._cutting(efficient), "name"),
            ),
            "5.1.4": (
                any("path" in each for each in designed),
                any("path" in each and cut_of(each) and "method" in each["reduction"] for each in designed),
            ),
            "5.1.5": (
                any(map(is_specific, self._of("other_own_operations"))),
                *self._cut(self._of("other_own_operations")),
            ),
            "5.1.6": (
                any("mechanism" in each for each in offsets),
                bool(bought),
                any("registry" in each for each in bought),
            ),
        }

    def _tells_energy(self, actions: Sequence[Record]) -> bool:
        scaled = (each for each in actions if scale_of(each) and self._current(each))
        return any(each["scale"].get("unit") in ENERGY_UNITS for each in scaled)

    def _told_in_full(self, action: Record) -> bool:
        """Return whether path, scale, progress and reduction of one recent action are told."""
        since_when = action.get("since")
        begun = since_when is not None and self.recent <= since_when <= self.year
        return (
            "path" in action
            and "progress" in action
            and scale_of(action)
            and (cut_of(action) or positive(action, "reduction_share"))
            and (self._current(action) or begun)
        )

    def _cutting(self, actions: Sequence[Record]) -> list[Record]:
        return [each for each in actions if cut_of(each) and self._current(each)]

    def _cut(self, actions: Sequence[Record]) -> Facts:
        cutting = self._cutting(actions)
        return bool(cutting), any("method" in each["reduction"] for each in cutting)

    def affiliates(self) -> dict[str, Facts]:
        """5.2 Affiliates."""
        found = self.document.get("affiliates", NOTHING)
        companies, overall = found.get("companies", ()), found.get("overall", NOTHING)
        counted = "counted_by" in overall and since(overall, "year", self.recent)
        publishing = [each for each in companies if since(each, "emissions_year", self.recent)]
        certified = [each for each in companies if "zero_carbon_certificate" in each]
        aiming = [each for each in companies if since(each, "target_year", self.year)]
        share = "share_disclosing_emissions"
        return {
            "5.2.1": (
                bool(publishing),
                len({each["name"] for each in publishing}) >= 3
                or (bool(publishing) and counted and at_least(overall, share, HALF)),
                bool(publishing) and counted and at_least(overall, share, MOST),
            ),
            "5.2.2": (
                bool(aiming or certified),
                any(since(each, "progress_year", self.recent) for each in aiming)
                or differ(certified, "name"),
                bool(aiming or certified) and counted and at_least(overall, "share_with_targets", HALF),
            ),
        }

    def value_chain(self) -> dict[str, Facts]:
        """5.3 Value chain."""
        metals = self._of("steel", "aluminium")
        pathed = [each for each in metals if "path" in each]
        agreed = any(each.get("agreement") in {"contract", "purchased"} for each in metals)
        at_scale = agreed and any(map(scale_of, pathed))
        batteries = [each for each in self._of("battery") if "path" in each]
        logistics = [each for each in self._of("logistics") if "path" in each]
        recent = [
            each
            for each in self.document.get("best_practices", ())
            if "supplier" in each and self._current(each)
        ]
        years = {each.get("year") for each in self.document.get("best_practices", ()) if "supplier" in each}
        return {
            "5.3.1": (any("path" in each or scale_of(each) for each in self._of("supplier_management")),),
            "5.3.2": (
                any("name" in each for each in metals),
                bool(pathed),
                at_scale,
                agreed
                and self._has_target_for("steel")
                and self._has_target_for("aluminium")
                and any(map(self._told_in_full, metals)),
            ),
            "5.3.3": (
                bool(batteries),
                any(len(each.get("partners", ())) >= 1 or "agreement" in each for each in batteries),
                any(map(scale_of, batteries)),
                any(map(self._told_in_full, batteries)),
            ),
            "5.3.4": path_and_performance(self._of("other_materials")),
            "5.3.5": (bool(logistics), bool(self._cutting(logistics))),
            "5.3.6": (
                any(
                    "path" in each
                    and (scale_of(each) or len(each.get("partners", ())) >= 1 or "place" in each)
                    for each in self._of("recycling")
                ),
            ),
            "5.3.7": path_and_performance(self._of("other_value_chain")),
            "5.3.8": (bool(recent), any(each["year"] - 1 in years for each in recent)),
        }

    def _has_target_for(self, material: str) -> bool:
        return any(
            material in each.get("materials", ()) and self._runs(each) and self._is_of_the_supply_chain(each)
            for each in self.targets
        )

    def suppliers(self) -> dict[str, Facts]:
        """5.4 Suppliers."""
        found: dict[str, Facts] = {}
        for number, name in enumerate(GROUPS):
            groups = [each for each in self.document.get("supplier_groups", ()) if each["group"] == name]
            groups = [each for each in groups if "means" in each.get("driven_by", NOTHING)]
            publish = [each for each in groups if differ(self._publishing(each), "name")]
            aim = [each for each in groups if differ(self._aiming(each), "name")]
            share = "share_disclosing_emissions"
            found[f"5.4.{2 * number + 1}"] = (
                any(self._reaches(each, share, HALF) for each in publish),
                any(self._reaches(each, share, LARGER_PART) for each in publish),
                any(self._reaches(each, share, MOST) for each in publish),
            )
            found[f"5.4.{2 * number + 2}"] = (
                any(self._reaches(each, "share_with_targets", HALF) for each in aim),
                any(self._reaches(each, "share_with_targets", MOST) for each in aim),
            )
        platform = self.document.get("supplier_platform", NOTHING)
        automated = platform.get("automated", False)
        connected = automated and positive(platform, "suppliers")
        led = self.document.get("supplier_footprints", NOTHING)
        named = len(led.get("suppliers", ()))
        found["5.4.7"] = (
            automated and "system" in platform,
            connected,
            connected and at_least(platform, "tiers", Decimal(2)),
        )
        found["5.4.7-parallel"] = ("guidance" in led and named >= 1, named >= 1, named >= 3)
        return found

    def _publishing(self, group: Record) -> list[Record]:
        return [each for each in group.get("suppliers", ()) if since(each, "emissions_year", self.recent)]

    def _aiming(self, group: Record) -> list[Record]:
        return [
            each
            for each in group.get("suppliers", ())
            if since(each, "target_year", self.year) and since(each, "progress_year", self.recent)
        ]

    def _reaches(self, group: Record, name: str, limit: Decimal) -> bool:
        overall = group.get("overall", NOTHING)
        return (
            at_least(overall, name, limit) and "counted_by" in overall and since(overall, "year", self.recent)
        )


def by_one_method(one: Record, other: Record) -> bool:
    """Return whether two figures of scope 2 state the same method."""
    return one["scope"] == "scope_2" and "accounting" in one and one["accounting"] == other.get("accounting")


def is_of_the_whole(target: Record) -> bool:
    """Return whether a target holds for the whole company."""
    return bool(target.get("extent", "whole_company") == "whole_company")


def is_validated_by_sbti(target: Record) -> bool:
    """Return whether the Science Based Targets initiative validated a target."""
    validation = target.get("validation", NOTHING)
    return validation.get("status") == "validated" and validation.get("body") in SBTI


def is_specific(action: Record) -> bool:
    """Return whether an action names its path or place."""
    return "path" in action or "place" in action


def scale_of(action: Record) -> bool:
    """Return whether an action gives a scale above zero."""
    return positive(action.get("scale", NOTHING), "value")


def cut_of(action: Record) -> bool:
    """Return whether an action gives a reduction above zero."""
    return positive(action.get("reduction", NOTHING), "value")


def path_and_performance(actions: Sequence[Record]) -> Facts:
    """Return whether an action names its path, and whether it then gives scale or reduction."""
    pathed = [each for each in actions if "path" in each]
    return (
        bool(pathed),
        any(scale_of(each) or cut_of(each) or positive(each, "reduction_share") for each in pathed),
    )


def conditions(document: Record) -> dict[str, Facts]:
    """Return for each indicator which of its criteria are met, in their order in the ruleset."""
    index = Index(document)
    return {
        **index.policies(),
        **index.mechanisms(),
        **index.scope_1_and_2(),
        **index.scope_3(),
        **index.footprints(),
        **index.own_targets(),
        **index.value_chain_targets(),
        **index.progress(),
        **index.own_operations(),
        **index.affiliates(),
        **index.value_chain(),
        **index.suppliers(),
    }


# Points

LADDERS: Mapping[str, Sequence[str]] = {
    "1.1.2": ("1", "1"),
    "1.2.3": ("2",),
    "2.2.1": ("0.5", "1", "3", "3.5", "4", "5"),
    "2.3.1": ("1", "3", "3.5", "4", "4.5", "5", "6"),
    "3.1.2": ("0.5", "1", "2"),
    "3.2.2": ("0.5", "1", "2"),
    "5.3.2": ("0.5", "1", "2", "3"),
}
SUMS: Mapping[str, Sequence[str]] = {
    "1.1.1": ("0.5", "0.5"),
    "1.1.3": ("0.5", "0.5", "0.5", "0.5"),
    "1.1.4": ("0.5", "0.5"),
    "1.2.1": ("0.5", "0.5", "0.5", "0.5"),
    "1.2.2": ("0.5", "0.5"),
    "2.1.1": ("1", "1", "1", "1", "1"),
    "2.1.2": ("1", "1"),
    "2.1.3": ("1", "1"),
    "2.1.4": ("1",),
    "2.2.2": ("0.5", "0.5"),
    "3.1.1": ("1", "1", "1"),
    "3.1.3": ("1",),
    "3.1.4": ("1",),
    "3.2.1": ("0.5", "1.5", "1", "1", "1"),
    "3.2.3": ("1",),
    "3.2.4": ("1",),
    "4.1.1": ("1", "1", "1"),
    "4.1.2": ("1",),
    "4.1.3": ("1", "1"),
    "4.2.1": ("1", "1", "1"),
    "4.2.2": ("0.5", "0.5"),
    "4.2.3": ("1", "1"),
    "5.1.1": ("0.5", "1", "1.5", "0.5", "0.5"),
    "5.1.2": ("0.5", "0.5"),
    "5.1.3": ("0.5", "0.5", "1", "0.5", "0.5"),
    "5.1.4": ("0.5", "0.5"),
    "5.1.5": ("0.5", "1", "0.5"),
    "5.1.6": ("0.5", "1", "0.5"),
    "5.2.1": ("1", "1", "1"),
    "5.2.2": ("1", "1", "1"),
    "5.3.1": ("0.5",),
    "5.3.3": ("0.5", "0.5", "0.5", "0.5"),
    "5.3.4": ("0.5", "0.5"),
    "5.3.5": ("0.5", "0.5"),
    "5.3.6": ("0.5",),
    "5.3.7": ("0.5", "0.5"),
    "5.3.8": ("0.5", "0.5"),
    "5.4.1": ("0.5", "0.5", "1"),
    "5.4.2": ("0.5", "0.5"),
    "5.4.3": ("0.5", "0.5", "1"),
    "5.4.4": ("0.5", "0.5"),
    "5.4.5": ("0.5", "0.5", "1"),
    "5.4.6": ("0.5", "0.5"),
    "5.4.7": ("0.5", "0.5", "1"),
    "5.4.7-parallel": ("0.5", "0.5", "1"),
}
_LADDERS = {name: tuple(map(Decimal, points)) for name, points in LADDERS.items()}
_SUMS = {name: tuple(map(Decimal, points)) for name, points in SUMS.items()}
CEILING = Decimal(3)


def points(met: Mapping[str, Facts]) -> dict[str, Decimal]:
    """Return what each indicator awards for the criteria that are met."""
    awarded = {
        name: max((each for each, held in zip(steps, met[name], strict=True) if held), default=ZERO)
        for name, steps in _LADDERS.items()
    }
    for name, parts in _SUMS.items():
        awarded[name] = sum((each for each, held in zip(parts, met[name], strict=True) if held), ZERO)
    if not met["2.2.1"][3]:  # no supply chain emissions
        awarded["2.2.2"] = max(ZERO, min(awarded["2.2.2"], CEILING - awarded["2.2.1"]))
    worse = "5.4.7-parallel" if awarded["5.4.7"] >= awarded["5.4.7-parallel"] else "5.4.7"
    awarded[worse] = ZERO
    return awarded


def evaluate(document: Record) -> dict[str, Decimal]:
    """Return what each indicator awards on a document of which everything counts."""
    return points(conditions(document))

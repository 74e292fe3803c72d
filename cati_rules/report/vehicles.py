"""What is told of the mean footprints of cars by maker, and of a document's own among them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Literal

from msgspec import Struct

from cati_rules.text import Text

Drive = Literal["petrol", "electric"]
DRIVES: dict[Drive, Text] = {
    "petrol": Text("petrol cars", "汽油车"),
    "electric": Text("battery electric cars", "纯电动车"),
}


class Mean(Struct, frozen=True):
    """A maker's mean for one kind of car, in gCO2e/km: whole car, steel, aluminium; None where it is not printed."""

    maker: str
    car: Decimal
    steel: Decimal | None
    aluminium: Decimal | None


class Own(Struct, frozen=True):
    """A footprint of the document in gCO2e/km, None where it cannot be compared, as ``why`` says.

    ``lower`` are the makers with a lower mean, by kind of car.
    """

    name: str
    place: str
    value: Fraction | None
    why: Text | None
    lower: dict[Drive, int]


class VehiclesReport(Struct, frozen=True):
    """The makers by kind of car, the highest mean first as printed, and the document's own footprints."""

    means: dict[Drive, tuple[Mean, ...]]
    own: tuple[Own, ...]
    source: Text

"""What a rule or a number rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from cati_rules.text import Text

Basis = Literal["published", "quoted", "derived", "interpreted", "unverified"]

BASIS_TITLES: Mapping[str, Text] = {
    "published": Text("published in the source", "来源文件公布"),
    "quoted": Text("known only as another text quotes it", "仅据其他文献引述"),
    "derived": Text("derived from the source by calculation", "由来源文件推算"),
    "interpreted": Text("our interpretation, not the publisher's", "本工具的理解，非发布方口径"),
    "unverified": Text("not verified", "未经核实"),
}

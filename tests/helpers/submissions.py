"""A repository of ten submissions as a company would keep it, three of them wrong, each in another way."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from running import EXAMPLES, run

from cati_rules.documents import read_document

AS_OF = "2026-11-22"
GOOD = {
    "disclosures/example-motors.yaml": "draft.yaml",
    "disclosures/new-energy.yaml": "draft.zh.yaml",
    "disclosures/geely.yaml": "report/geely.yaml",
    "products/slab-hydrogen.yaml": "product.yaml",
    "products/coil.yaml": "coil.yaml",
    "facilities/yunlv.yaml": "report/metals/yunlv-smelter.yaml",
    "purchases/sheets.yaml": "report/metals/h2-green-steel-mercedes.yaml",
}
INVALID, UNDER, MISSED = (
    "disclosures/beginner.yaml",  # a year that is none
    "disclosures/nio.yaml",  # 3.1 points of the 10 that are demanded
    "products/slab-furnace.yaml",  # 2.2 tCO2e/t; level 1 of ResponsibleSteel is 2.80 - 2.30 × 0.30 = 2.11
)
WRONG = (INVALID, UNDER, MISSED)
SETTINGS = """\
waivers = "waivers.yaml"
fail_on = ["consistency"]

[[paths]]
pattern = "disclosures/*"
fail_under = 10

[[paths]]
pattern = "products/slab-*"
require = ["responsiblesteel-2.1:2"]

[[paths]]
pattern = "products/slab-hydrogen.*"
require = ["responsiblesteel-2.1:2", "fmc-steel"]
"""
WAIVED = (
    ("products/slab-hydrogen.yaml", "fmc-steel/intensity"),
    ("disclosures/example-motors.yaml", "consistency/certificates-net-scope-2"),
)


@dataclass(frozen=True)
class Repository:
    """A folder with submissions, settings, and waivers."""

    path: Path

    @property
    def names(self) -> list[str]:
        """Return the names of the submissions, in their order."""
        found = [
            each for each in self.path.rglob("*") if each.parent != self.path and ".git" not in each.parts
        ]
        return sorted(
            each.relative_to(self.path).as_posix() for each in found if each.suffix in {".yaml", ".json"}
        )

    def check(self, *options: object, files: list[str] | None = None) -> subprocess.CompletedProcess[bytes]:
        """Check submissions as a pipeline would: in a process of its own, from the root."""
        given = ("--as-of", AS_OF, "--lang", "en", *options)
        return run("check", *(files or self.names), *given, cwd=self.path)


def make(path: Path) -> Repository:
    """Write the repository: seven submissions in order and three that are not."""
    for name, example in GOOD.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(EXAMPLES / example, path / name)
    draft = (EXAMPLES / "draft.yaml").read_text(encoding="utf-8")
    (path / INVALID).write_text(re.sub(r"(?m)^reporting_year: .*$", "reporting_year: soon", draft), "utf-8")
    shutil.copyfile(EXAMPLES / "report/nio.yaml", path / UNDER)
    slab = (EXAMPLES / "product.yaml").read_text(encoding="utf-8")
    (path / MISSED).write_text(slab.replace("value: 0.295", "value: 2.20"), encoding="utf-8")
    entries = [_waiver(path, *each) for each in WAIVED]
    (path / "waivers.yaml").write_text("kind: waivers\nwaivers:\n" + "".join(entries), encoding="utf-8")
    (path / "cati.toml").write_text(SETTINGS, encoding="utf-8")
    return Repository(path)


def _waiver(path: Path, document: str, rule: str) -> str:
    given = ("--reason", "Measured anew.", "--approver", "Board", "--expires", "2099-12-31", "--lang", "en")
    ran = run("waive", document, rule, *given, cwd=path)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.decode()


def as_json(repository: Repository, path: Path) -> Repository:
    """Write the same submissions as JSON, with the same settings; waivers are for the new names."""
    for name in repository.names:
        written = (path / name).with_suffix(".json")
        written.parent.mkdir(parents=True, exist_ok=True)
        value = _plain(read_document(repository.path / name).value)
        written.write_text(json.dumps(value, ensure_ascii=False, indent=2), encoding="utf-8")
    waivers = (repository.path / "waivers.yaml").read_text(encoding="utf-8")
    (path / "waivers.yaml").write_text(re.sub(r'\.yaml"', '.json"', waivers), encoding="utf-8")
    shutil.copyfile(repository.path / "cati.toml", path / "cati.toml")
    return Repository(path)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return float(value) if isinstance(value, Decimal) else value

"""What a result rests on: versions and digests, so that somebody else can say whether it still holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from cati_rules import __version__
from cati_rules.catalog.store import digest, ruleset_folder, ruleset_ids
from cati_rules.resources import shipped


@cache
def schema_digest(kind: str) -> str:
    """Return the sha256 of the schema of a kind of document."""
    return hashlib.sha256((shipped("schemas") / f"{kind}.schema.json").read_bytes()).hexdigest()


@cache
def ruleset_digest(identifier: str) -> str | None:
    """Return the digest of a shipped ruleset with all that it depends on; None for another one."""
    return digest(ruleset_folder(identifier)) if identifier in ruleset_ids() else None


class Attestation(Struct, frozen=True):
    """What results rest on: the version of cati, and digests: of rulesets (None for one's own), and of schemas."""

    version: str
    rulesets: Mapping[str, str | None]
    schemas: Mapping[str, str]

    def data(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {
            "tool": {"name": "cati", "version": self.version},
            "rulesets": dict(self.rulesets),
            "schemas": dict(self.schemas),
        }


def attestation(rulesets: Iterable[str], kinds: Iterable[str]) -> Attestation:
    """Return the versions and digests behind results of these rulesets on documents of these kinds."""
    return Attestation(
        version=__version__,
        rulesets={each: ruleset_digest(each) for each in sorted(set(rulesets))},
        schemas={
            each: schema_digest(each)
            for each in sorted(set(kinds))
            if Path(shipped("schemas") / f"{each}.schema.json").is_file()
        },
    )

"""What a project demands of every run: ``cati.toml``, or ``[tool.cati]`` in ``pyproject.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import get_close_matches
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cati_rules.cli.settings import fail_on_of, fail_under_score
from cati_rules.documents.toml_errors import toml_cause
from cati_rules.errors import Place, Problem, UsageError
from cati_rules.text import Text

if TYPE_CHECKING:
    from cati_rules.gate.demands import Demands

OWN_FILE, SHARED_FILE = Path("cati.toml"), Path("pyproject.toml")
_DEMANDS = ("fail_under", "require", "fail_on")
_KEYS = (*_DEMANDS, "ruleset", "waivers", "baseline", "paths")


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of a project; ``paths`` are demands for documents whose name fits a pattern, in their order."""

    demands: Demands
    rulesets: tuple[str, ...] = ()
    waivers: Path | None = None
    baseline: Path | None = None
    paths: tuple[tuple[str, Demands], ...] = ()

    def demands_on(self, name: str) -> Demands:
        """Return what is demanded of a document of that name: by the last pattern that it fits, else of all.

        Patterns are for names relative to the working directory, however a document was named.
        """
        from cati_rules.documents.names import document_name  # where nothing is demanded, it is not needed

        named = document_name(name, Path.cwd())
        fitting = [each for pattern, each in self.paths if fnmatch(named, pattern)]
        return fitting[-1] if fitting else self.demands


def read_config(path: Path | None) -> Config:
    """Return the settings in ``path``, else those of the working directory; none where there is no file.

    Raises:
        UsageError: the file cannot be read, or has settings that do not exist or do not fit.
    """
    from cati_rules.gate.demands import Demands

    found = path or next((each for each in (OWN_FILE, SHARED_FILE) if each.is_file()), None)
    if found is None:
        return Config(Demands())
    try:
        data: Any = tomllib.loads(found.read_text(encoding="utf-8"), parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        cause, place = toml_cause(str(error)), _toml_place(found, error)
        message = Text(f"is not TOML: {cause.en}.", f"TOML 有误：{cause.zh}。")
        raise UsageError(Problem(place, "usage/config", message)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(found, Text(f"cannot be read: {error}.", f"无法读取：{error}。")) from None
    if found.name == SHARED_FILE.name:
        data = data.get("tool", {}).get("cati", {})
    return _config(data, found)


def _toml_place(file: Path, error: ValueError) -> Place:
    found = re.search(r"line (\d+), column (\d+)", str(error))
    return Place(str(file), int(found[1]), int(found[2])) if found else Place(str(file))


def _config(data: Any, file: Path) -> Config:
    _known(data, _KEYS, file)
    paths = data.get("paths", [])
    if not isinstance(paths, list) or not all(isinstance(each, dict) and "pattern" in each for each in paths):
        raise _wrong(file, Text("paths is a list of tables with pattern.", "paths 应为含 pattern 的表数组。"))
    demands = _demands(data, file)
    for each in paths:
        _known(each, (*_DEMANDS, "pattern"), file)
    return Config(
        demands=demands,
        rulesets=_texts(data, "ruleset", file),
        waivers=_file(data, "waivers", file),
        baseline=_file(data, "baseline", file),
        paths=tuple((str(each["pattern"]), _demands_by_path(data, each, file)) for each in paths),
    )


def _demands(data: Mapping[str, Any], file: Path) -> Demands:
    from cati_rules.gate.demands import Demands

    least = data.get("fail_under")
    if isinstance(least, bool) or not isinstance(least, int | Decimal | None):
        raise _wrong(file, Text("fail_under is a number.", "fail_under 应为数字。"))
    return Demands(
        fail_under=None if least is None else fail_under_score(str(least)),
        required=_texts(data, "require", file),
        fail_on=fail_on_of(_texts(data, "fail_on", file)),
    )


def _demands_by_path(data: Mapping[str, Any], table: Mapping[str, Any], file: Path) -> Demands:
    """Return the demands of a path: what it does not say is taken from all, and stays a demand on the run."""
    demands = _demands({**data, **table}, file)
    return replace(demands, specific_score="fail_under" in table, specific_rules="require" in table)


def _texts(data: Mapping[str, Any], name: str, file: Path) -> tuple[str, ...]:
    value = data.get(name, [])
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        raise _wrong(file, Text(f"{name} is a text or a list of texts.", f"{name} 应为文本或文本数组。"))
    return tuple(listed)


def _file(data: Mapping[str, Any], name: str, file: Path) -> Path | None:
    value = data.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise _wrong(file, Text(f"{name} is the name of a file.", f"{name} 应为文件名。"))
    return file.parent / value


def _known(data: Any, keys: Sequence[str], file: Path) -> None:
    if not isinstance(data, dict):
        raise _wrong(file, Text("settings are a table.", "设置应为表。"))
    for name in data:
        if name not in keys:
            close = get_close_matches(name, keys, n=1)
            advice = Text(f" Did you mean {close[0]}?", f"是否应为 {close[0]}？") if close else Text("", "")
            raise _wrong(
                file, Text(f"there is no setting {name}.{advice.en}", f"没有设置 {name}。{advice.zh}")
            )


def _wrong(file: Path, message: Text) -> UsageError:
    return UsageError(Problem(place=Place(str(file)), code="usage/config", message=message))


def merged(config: Config, given: Demands, rulesets: tuple[str, ...]) -> Config:
    """Return the settings with what the command line says in place of what the file says."""
    return replace(
        config,
        demands=_over(config.demands, given),
        paths=tuple((pattern, _over(each, given)) for pattern, each in config.paths),
        rulesets=rulesets or config.rulesets,
    )


def _over(demands: Demands, given: Demands) -> Demands:
    return replace(
        demands,
        # What the command line demands, it demands of the run.
        specific_score=demands.specific_score and given.fail_under is None,
        specific_rules=demands.specific_rules and not given.required,
        fail_under=demands.fail_under if given.fail_under is None else given.fail_under,
        required=given.required or demands.required,
        fail_on=given.fail_on or demands.fail_on,
    )

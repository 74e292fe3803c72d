"""What a project demands of every run: ``cati.toml``, or ``[tool.cati]`` in ``pyproject.toml``, here or further up."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from cati_rules.cli.project import Project, common_folder, project_of, upwards, working_folder
from cati_rules.cli.run_settings import STDIN
from cati_rules.documents.paths import FieldPath
from cati_rules.errors import Place, Problem, UsageError
from cati_rules.text import Text

if TYPE_CHECKING:
    from cati_rules.cli.settings_file import SettingsFile
    from cati_rules.documents.patterns import Pattern
    from cati_rules.gate.unreached import Demanded, Demands

OWN_FILE, SHARED_FILE = "cati.toml", "pyproject.toml"
_SHARED_ROOT = ("tool", "cati")
_DEMANDS = ("fail_under", "require", "fail_on")
_KEYS = (*_DEMANDS, "ruleset", "waivers", "baseline", "paths")
_PATH_KEYS = (*_DEMANDS, "pattern")


class Config(Struct, frozen=True, dict=True):
    """Settings of a project; ``paths`` are demands for documents whose name fits a pattern, in their order.

    ``required_at`` is where each rule stands that the file demands.
    """

    demands: Demands
    project: Project
    file: SettingsFile | None = None
    rulesets: tuple[str, ...] = ()
    waivers: Path | None = None
    baseline: Path | None = None
    paths: tuple[tuple[Pattern, Demands], ...] = ()
    required_at: Mapping[str, Problem] = field(default_factory=dict)

    def demands_on(self, name: str) -> Demands:
        """Return what is demanded of a document of that name: by the last pattern that it fits, else of all.

        Patterns are for names relative to the folder of the settings, however a document was named.
        """
        return self.demanded.on(name)

    @cached_property
    def demanded(self) -> Demanded:
        """What is demanded of documents by their names."""
        from cati_rules.gate.unreached import Demanded

        return Demanded(self.demands, self.paths)

    @property
    def reads(self) -> tuple[Path | None, ...]:
        """The files that the settings, and what they name, stand in."""
        return (None if self.file is None else self.file.path, self.waivers, self.baseline)

    def idle_patterns(self, names: Sequence[str]) -> Iterator[Problem]:
        """Yield the patterns that fit none of these documents and no file there is: what they demand is lost."""
        for i, (pattern, _) in enumerate(self.paths):
            if any(pattern.fits(each) for each in names):
                continue
            found = pattern.fits_a_file()
            if found or self.file is None:
                continue
            said = Text(
                f"no file fits {pattern.text}: these demands apply to nothing.",
                f"没有文件符合 {pattern.text}：此处的要求不对任何文件生效。",
            )
            if found is None:
                said = Text(
                    f"no file checked fits {pattern.text}, nor one of the first 100,000 in its folder.",
                    f"所检查的文件及其文件夹中的前 100,000 个文件均不符合 {pattern.text}。",
                )
            meant = pattern.meant
            advice = None if meant is None else Text(f"Did you mean {meant}?", f"是否应为 {meant}？")
            yield replace(self.file.problem(("paths", i, "pattern"), said, advice), severity="warning")

    def unused_settings(self, names: Iterable[str]) -> Iterator[Problem]:
        """Yield the settings files nearer to documents than the one in use: what they demand is not demanded."""
        used = None if self.file is None else os.path.realpath(self.file.path)
        folders = {os.path.realpath(os.path.dirname(each) or os.curdir) for each in names if each != STDIN}
        others: dict[str, Path] = {}
        for each in sorted(folders):
            try:
                found = _found_in(upwards(Path(each)))
            except UsageError as error:  # not those in use, so that it stops nothing
                yield from (replace(problem, severity="warning") for problem in error.problems)
                continue
            if found is not None:
                others[os.path.realpath(found.path)] = found.path
        for real, path in sorted(others.items()):
            if real != used:
                yield Problem(
                    Place(str(path)),
                    "usage/config",
                    Text(
                        "these settings are nearer to documents of this run, and are not used.",
                        "该设置文件离本次检查的部分文件更近，但未被采用。",
                    ),
                    advice=Text(
                        "Run cati in their folder, or name them with --config.",
                        "请在其所在文件夹中运行 cati，或用 --config 指定。",
                    ),
                    severity="warning",
                )


def read_config(path: Path | None, names: Sequence[str] = ()) -> Config:
    """Return the settings in ``path``.

    Without one, those found from the working folder upwards, else from the folder that the documents of these
    ``names`` have in common; none where there is no file.

    Raises:
        UsageError: the file cannot be read, or has settings that do not exist or do not fit.
    """
    from cati_rules.gate.unreached import Demands

    found = _in(path) if path is not None else find_settings(names)
    # Where settings lie apart from what they are for, names start from the repository.
    project = project_of(None if found is None or path is not None else found.path)
    if found is None:
        return Config(Demands(), project)
    return _config(found, project)


def find_settings(names: Sequence[str] = ()) -> SettingsFile | None:
    """Return the settings that a run in the working folder on these documents has; None where there are none.

    Raises:
        UsageError: a file on the way cannot be read, or the working folder is gone.
    """
    found = _found_in(upwards(working_folder()))
    if found is not None:
        return found
    folder = common_folder([each for each in names if each != STDIN])
    return None if folder is None else _found_in(upwards(folder))


def _found_in(folders: Iterator[Path]) -> SettingsFile | None:
    for folder in folders:
        for name in (OWN_FILE, SHARED_FILE):
            path = folder / name
            if os.path.isfile(path):
                read = _in(_relative(path))
                if name == OWN_FILE or read.settings is not None:
                    return read
    return None


def _relative(path: Path) -> Path:
    """Return a path as it is read best: relative to the working folder."""
    try:
        return Path(os.path.relpath(path, working_folder()))
    except ValueError:  # on another drive
        return path


def _in(path: Path) -> SettingsFile:
    from cati_rules.cli.settings_file import read_settings

    return read_settings(path, _SHARED_ROOT if path.name == SHARED_FILE else ())


def _config(file: SettingsFile, project: Project) -> Config:
    from cati_rules.documents import value_at
    from cati_rules.documents.patterns import Pattern

    if not isinstance(value_at(file.data, file.root) or {}, dict):
        raise file.wrong((), Text("is not a table.", "应为表。"))
    data = file.settings or {}
    _known(file, (), data, _KEYS)
    paths = data.get("paths", [])
    if not isinstance(paths, list):
        raise file.wrong(
            ("paths",),
            Text("is not a list of tables.", "应为表数组。"),
            Text("Write [[paths]].", "请写作 [[paths]]。"),
        )
    for i, each in enumerate(paths):
        if (
            not isinstance(each, dict)
            or not isinstance(each.get("pattern"), str)
            or not each["pattern"].strip()
        ):
            raise file.wrong(
                ("paths", i),
                Text("has no pattern.", "缺少 pattern。"),
                Text('Write pattern = "products/*".', '请写作 pattern = "products/*"。'),
            )
        _known(file, ("paths", i), each, _PATH_KEYS)
    base = file.path.parent
    return Config(
        demands=_demands(file, (), data),
        project=project,
        file=file,
        rulesets=tuple(_ruleset(each, base) for each in _texts(file, ("ruleset",), data)),
        waivers=_file(file, "waivers", data),
        baseline=_file(file, "baseline", data),
        paths=tuple(
            (Pattern(each["pattern"], base), _demands_by_path(file, i, data, each))
            for i, each in enumerate(paths)
        ),
        required_at=_required_at(file, data, paths),
    )


def _required_at(
    file: SettingsFile, data: Mapping[str, Any], paths: Sequence[Mapping[str, Any]]
) -> dict[str, Problem]:
    """Return a problem at the place of each rule that is demanded, for those of which there is none."""
    found: dict[str, Problem] = {}
    tables: list[tuple[FieldPath, Mapping[str, Any]]] = [((), data)]
    tables += [(("paths", i), each) for i, each in enumerate(paths)]
    for where, table in tables:
        for name in _texts(file, (*where, "require"), table):
            message = Text(f"There is no rule {name}.", f"没有规则 {name}。")
            found.setdefault(name, file.problem((*where, "require"), message))
    return found


def _demands(
    file: SettingsFile,
    where: FieldPath,
    data: Mapping[str, Any],
    inherited: Demands | None = None,
) -> Demands:
    from cati_rules.gate.fail_on import FAIL_ON
    from cati_rules.gate.unreached import Demands

    given = inherited or Demands()
    fail_on = _texts(file, (*where, "fail_on"), data)
    for each in fail_on:
        if each not in FAIL_ON:
            listed = ", ".join(FAIL_ON)
            raise file.wrong(
                (*where, "fail_on"),
                Text(f"{each} is not one of {listed}.", f"{each} 不在可选范围（{listed}）内。"),
            )
    return Demands(
        fail_under=_score(file, (*where, "fail_under"), data) if "fail_under" in data else given.fail_under,
        required=_texts(file, (*where, "require"), data) if "require" in data else given.required,
        fail_on=frozenset(FAIL_ON[each] for each in fail_on) if "fail_on" in data else given.fail_on,
    )


def _score(file: SettingsFile, where: FieldPath, data: Mapping[str, Any]) -> Decimal:
    value = data["fail_under"]
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise file.wrong(where, Text("is not a number.", "应为数字。"))
    score = Decimal(value)
    if not (score.is_finite() and 0 <= score <= 100):
        # The number is not shown where it is longer than any score.
        shown = str(value) if score.is_finite() and -10 < score.adjusted() < 10 else Text("It", "该数值")
        en, zh = (shown, shown) if isinstance(shown, str) else (shown.en, shown.zh)
        raise file.wrong(
            where, Text(f"{en} is not a score from 0 to 100.", f"{zh} 不是 0 到 100 之间的分数。")
        )
    return score


def _demands_by_path(
    file: SettingsFile, i: int, data: Mapping[str, Any], table: Mapping[str, Any]
) -> Demands:
    """Return the demands of a path: what it does not say is taken from all, and stays a demand on the run."""
    demands = _demands(file, ("paths", i), table, _demands(file, (), data))
    return replace(demands, specific_score="fail_under" in table, specific_rules="require" in table)


def _texts(file: SettingsFile, where: FieldPath, data: Mapping[str, Any]) -> tuple[str, ...]:
    value = data.get(str(where[-1]), [])
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        raise file.wrong(where, Text("is not a text or a list of texts.", "应为文本或文本数组。"))
    return tuple(listed)


def _ruleset(name: str, base: Path) -> str:
    """Return a ruleset as a run is told of it: one named by its path lies relative to the settings."""
    return str(base / name) if "/" in name or "\\" in name or name.endswith(".yaml") else name


def _file(file: SettingsFile, name: str, data: Mapping[str, Any]) -> Path | None:
    value = data.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not value:
        raise file.wrong((name,), Text("is not the name of a file.", "应为文件名。"))
    return file.path.parent / value


def _known(file: SettingsFile, where: FieldPath, data: Mapping[str, Any], keys: Sequence[str]) -> None:
    for name in data:
        if name not in keys:
            close = get_close_matches(name.replace("-", "_"), keys, n=1)
            advice = Text(f"Did you mean {close[0]}?", f"是否应为 {close[0]}？") if close else None
            listed = ", ".join(keys)
            raise file.wrong(
                (*where, name),
                Text("there is no such setting.", "没有此设置。"),
                advice or Text(f"There are: {listed}.", f"可用的设置：{listed}。"),
            )


def merged(config: Config, given: Demands, rulesets: tuple[str, ...]) -> Config:
    """Return the settings with what the command line says in place of what the file says."""
    return replace(
        config,
        demands=_over(config.demands, given),
        paths=tuple((pattern, _over(each, given)) for pattern, each in config.paths),
        rulesets=rulesets or config.rulesets,
        required_at={} if given.required else config.required_at,
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

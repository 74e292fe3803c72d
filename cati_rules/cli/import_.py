"""``cati import``: files of other formats as documents of ours, with where each value comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cati_rules.cli.delivery import complain, deliver
from cati_rules.cli.exit_codes import DONE, INVALID
from cati_rules.cli.options import refuse_overwriting
from cati_rules.cli.run_settings import language_of, usage_error
from cati_rules.text import Language, Text, counted

if TYPE_CHECKING:
    from cati_rules.formats.reading import ReadDocument

_NAME = re.compile(r"[^\w.-]+")


@click.command("import")
@click.argument("files", nargs=-1, metavar="FILE...")
@click.option("--list", "listing", is_flag=True, help="List the formats that are read, with their editions.")
@click.option(
    "--material",
    type=click.Choice(["steel", "aluminium"]),
    help="Which metal it is of, where the file does not say so for certain.",
)
@click.option(
    "--map",
    "mapping",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Which columns of a CSV file or workbook of your own go into which fields.",
)
@click.option(
    "--answers",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="A questions' workbook, filled in: its answers are put into the documents, which may be of cati.",
)
@click.option("--suggest-map", "suggesting", is_flag=True, help="Propose such a file from the headers.")
@click.option(
    "--lang",
    "language",
    type=click.Choice(["en", "zh"]),
    help="Language of the comments; default: the environment's.",
)
@click.option(
    "--output",
    "-o",
    "output",
    type=click.Path(allow_dash=True),
    help="Write to this file, or to this folder where there are several records; - is standard output.",
)
@click.pass_context
def command(
    context: click.Context,
    files: tuple[str, ...],
    listing: bool,
    material: str | None,
    mapping: Path | None,
    answers: Path | None,
    suggesting: bool,
    language: str | None,
    output: str | None,
) -> None:
    """Read files of other formats (EPDs, product footprints, workbooks, reports) into commented YAML documents.

    Beside each value stands where it comes from, and at the top what the file leaves open. Where there are several
    records, name a folder with --output. Exit codes: 0 done; 2 wrong usage; 3 a file could not be read.
    """
    from cati_rules.errors import DocumentError

    spoken = language_of(language)
    path = None if output in {None, "-"} else Path(str(output))
    if listing:
        deliver("\n".join(_listed(spoken)), path)
        return
    if not files:
        raise usage_error("FILE", "Name a file to read.", "请指定要读取的文件。")
    refuse_overwriting((path,), (*files, mapping, answers))
    read: list[ReadDocument] = []
    failed = False
    if answers is not None:
        _write(list(_answered(files, answers)), spoken, path, folder=str(output))
        return
    for name in files:
        try:
            if suggesting:
                _suggest(name, path)
            else:
                read.extend(_read(name, material) if mapping is None else _mapped(name, mapping))
        except DocumentError as error:
            failed = True
            for problem in error.problems:
                complain(problem.line(spoken))
    _write(read, spoken, path, folder=str(output))
    context.exit(INVALID if failed else DONE)


def _read(name: str, material: str | None) -> Iterator[ReadDocument]:
    """Yield what a file of another format holds.

    Raises:
        DocumentError: it cannot be read, or is a document of ours already.
    """
    from cati_rules.documents.reader import read_bytes
    from cati_rules.errors import DocumentError, Place, Problem
    from cati_rules.formats.opening import parse_documents
    from cati_rules.formats.reading import ReadDocument

    data = read_bytes(Path(name), name)
    for each in parse_documents(data, name=name, folder=Path(name).parent, material=material):
        if not isinstance(each, ReadDocument):
            message = Text("This is a document of cati already.", "这已经是 cati 文件。")
            advice = Text(f"Check it: `cati check {name}`.", f"可直接检查：`cati check {name}`。")
            raise DocumentError(Problem(Place(name), "import/ours", message, advice=advice))
        yield each


def _answered(files: Sequence[str], workbook: Path) -> Iterator[ReadDocument]:
    """Yield the documents that answers were put into, and those that came of them.

    Raises:
        DocumentError: a file cannot be read, or an answer speaks against a document.
    """
    from cati_rules.cli.inputs import read_inputs
    from cati_rules.cli.questions import answers_of
    from cati_rules.errors import DocumentError
    from cati_rules.formats.reading import ReadDocument

    answers = answers_of(workbook)
    found = [each for name in files for one in read_inputs(name) for each in answers.applied(one)]
    if unused := answers.unused():
        raise DocumentError(unused)
    yield from (each for each in found if isinstance(each, ReadDocument))


def _suggest(name: str, path: Path | None) -> None:
    """Print the mapping that the headers of a table speak for.

    Raises:
        DocumentError: the file is no table.
    """
    from cati_rules.documents.reader import read_bytes
    from cati_rules.formats.mapping import mapping_yaml
    from cati_rules.formats.rows import read_table
    from cati_rules.formats.source import Source

    deliver(mapping_yaml(read_table(Source(name, read_bytes(Path(name), name)))), path)


def _mapped(name: str, mapping: Path) -> Iterator[ReadDocument]:
    """Yield a document for each row of a table.

    Raises:
        DocumentError: the file is no table, or the mapping is wrong.
    """
    from cati_rules.documents.reader import read_bytes
    from cati_rules.formats.mapping import load_mapping, read_mapped
    from cati_rules.formats.reading import document_of
    from cati_rules.formats.source import Source

    source = Source(name, read_bytes(Path(name), name), Path(name).parent)
    for each in read_mapped(source, load_mapping(mapping)):
        yield document_of(each, source)


def _write(read: Sequence[ReadDocument], language: Language, path: Path | None, *, folder: str) -> None:
    from cati_rules.formats.draft import draft_yaml

    if path is None:
        deliver("\n---\n".join(draft_yaml(each, language) for each in read), None)
        return
    is_folder = len(read) > 1 or path.is_dir() or folder.endswith(("/", "\\"))
    targets = (
        [path / f"{i:03d}-{_short(each)}.yaml" for i, each in enumerate(read, 1)] if is_folder else [path]
    )
    if is_folder:
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise usage_error(
                "--output",
                f"{path} cannot be a folder: {error.strerror}.",
                f"无法创建文件夹 {path}（{error.strerror}）。",
            ) from None
    for each, target in zip(read, targets, strict=False):
        deliver(draft_yaml(each, language), target)
        _tell(each, target, language)


def _tell(document: ReadDocument, path: Path, language: Language) -> None:
    taken, left = len(document.reading.taken), len(document.reading.open)
    told = Text(
        f"{path}: {counted(taken, 'value')} taken, {counted(left, 'question')} left open, "
        f"listed at its top. Next: `cati check {path}`.",
        f"{path}：采用 {taken} 个数值，{left} 项未说明（列于文件开头）。下一步：`cati check {path}`。",
    )
    complain(told.to(language))


def _short(document: ReadDocument) -> str:
    name = document.value.get("name") or document.value.get("company") or document.reading.kind
    return _NAME.sub("-", name if isinstance(name, str) else document.reading.kind)[:60].strip("-") or "draft"


def _listed(language: Language) -> Iterator[str]:
    from cati_rules.formats.registry import formats

    for each in formats():
        yield f"{each.name}  {each.versions}"
        yield f"    {each.title.to(language)} → {', '.join(each.kinds)}"

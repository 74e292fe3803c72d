"""Mutated files end in documents or in a clear error, within time and memory.

As many as one likes: CATI_MUTATIONS=20000.
"""

from __future__ import annotations

import io
import os
import random
import resource
import time
import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import openpyxl
from running import EXAMPLES
from samples import DATA, SAMPLES

from cati_rules.documents import Document, read_document
from cati_rules.errors import DocumentError
from cati_rules.formats.answers import Answers
from cati_rules.formats.draft import draft_yaml
from cati_rules.formats.mending import Remark, marked
from cati_rules.formats.opening import parse_documents
from cati_rules.formats.questions_workbook import Row, Subject, questions_workbook
from cati_rules.formats.reading import ReadDocument
from cati_rules.formats.source import Source
from cati_rules.formats.template_workbook import workbook
from cati_rules.schema import validate
from cati_rules.text import LANGUAGES, Text

COUNT = int(os.environ.get("CATI_MUTATIONS", "150"))
SECONDS, MEGABYTES = 20, 1500
LARGEST = 200_000
TOKENS = [
    b"", b"0", b"-1", b"1e999", b"NaN", b"1,5", b"9" * 50, b"null", b"[]", b"{}", b'""', b"<a>", b"</a>", b"&x;", b"&#0;", b"\0", b"\xff",
    b"kg", b"t", b"\xe9\x92\xa2", b"A1", b"A1-A3", b"D", b"true", b"2024-13-45", b"0001-01-01", b"9999-12-31T23:59:59Z", b"=1+1",
    b'"kind": "product"', b"kind: product\n", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"\xef\xbb\xbf", b"\xe2\x80\xae", b"\x1b[31m",
]  # fmt: skip


def corpus() -> list[tuple[str, bytes]]:
    paths = [
        path
        for folder in (DATA, SAMPLES)
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if path.is_file()
    ]
    found = [
        (path.name, path.read_bytes())
        for path in paths
        if path.stat().st_size < LARGEST and path.suffix != ".md"
    ]
    found.append(
        ("product.xlsx", workbook("product", "zh", [{"kind": "product", "material": "steel", "name": "a"}]))
    )
    found.append((ANSWERS, answers()))
    return found


ANSWERS = "answers.xlsx"
COIL = EXAMPLES / "coil.yaml"
REMARK = Remark("!产品!E4", Text("error", "错误"), Text("wrong", "有误"))


def answers() -> bytes:
    """Return a questions' workbook about the coil that is filled in."""
    coil = read_document(COIL)
    subject = Subject("coil.yaml", coil.sha256)
    asked_as: dict[tuple[str | int, ...], str] = {
        ("footprint", "boundary"): "cradle_to_crude_steel",
        ("stage",): "crude_steel",
    }
    said = Text("?", "?")
    rows = [
        Row(subject, (), "", said, None, (("footprint", "chain_of_custody"),), "", {}, (), coil.value),
        Row(subject, (), "", said, None, (("footprint", "value"),), "tCO2e/t", asked_as, (), coil.value),
    ]
    book = openpyxl.load_workbook(io.BytesIO(questions_workbook(rows, "zh")))
    book["问题"]["F3"], book["问题"]["F4"] = "隔离", 0.29
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def read(data: bytes, name: str) -> Sequence[Document]:
    """Read a file as the command would; answers go into the coil, and workbooks are marked as well."""
    source = Source(name, data, Path("nowhere"))
    if name == ANSWERS:
        return Answers(source).applied(read_document(COIL))
    found = parse_documents(data, name=name, folder=Path("nowhere"))
    if source.is_workbook:
        marked(source, [REMARK], "zh")
    return found


def mutated(data: bytes, others: list[bytes], draw: random.Random) -> bytes:
    if data.startswith(b"PK") and draw.random() < 0.8:
        return repacked(data, others, draw)
    for _ in range(draw.choice((1, 1, 2, 5, 20))):
        at = draw.randrange(len(data) + 1)
        end = min(len(data), at + draw.choice((0, 1, 1, 4, 40, 400)))
        how = draw.randrange(5)
        if how == 0:
            data = data[:at] + draw.choice(TOKENS) + data[end:]
        elif how == 1:
            data = data[:at] + data[end:]
        elif how == 2:
            data = data[:at] + data[at:end] * 2 + data[end:]
        elif how == 3:
            other = draw.choice(others)
            start = draw.randrange(len(other))
            data = data[:at] + other[start : start + 60] + data[end:]
        else:
            data = data[:at] + bytes(draw.randrange(256) for _ in range(end - at)) + data[end:]
    return data


def repacked(data: bytes, others: list[bytes], draw: random.Random) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as new:
        names = old.namelist()
        chosen = draw.choice(
            [each for each in names if "sheet" in each or "workbook" in each or "shared" in each] or names
        )
        for each in names:
            inside = old.read(each)
            if each == chosen and draw.random() < 0.1:
                continue
            new.writestr(
                each,
                mutated(inside, others, draw) if each == chosen and not inside.startswith(b"PK") else inside,
            )
    return file.getvalue()


def test_mutated_files_end_in_documents_or_a_clear_error() -> None:
    seed = int(os.environ.get("CATI_SEED", "0")) or (1 if "CI" in os.environ else random.randrange(2**32))  # noqa: S311
    draw = random.Random(seed)  # noqa: S311 - not for secrets
    files = corpus()
    others = [data for _, data in files]
    ends: Counter[str] = Counter()
    slowest = 0.0
    for i in range(COUNT):
        name, data = draw.choice(files)
        changed = mutated(data, others, draw)
        before = time.monotonic()
        try:
            documents = read(changed, name)
        except DocumentError as error:
            ends[error.problems[0].code] += 1
            told = [each.line(language) for each in error.problems for language in LANGUAGES]
        except BaseException as error:
            raise AssertionError(f"seed {seed}, number {i}, {name}: {error!r}") from error
        else:
            told = ["read"]
            ends["read"] += 1
            for each in documents[:3]:
                if isinstance(each, ReadDocument):
                    text = draft_yaml(each, "zh")
                    assert parse_documents(text.encode(), name="a.yaml")[0].value == each.value, (
                        seed,
                        i,
                        name,
                    )
                    assert not set("\x1b\u202e\0") & set(text)
                    assert all(problem.line("zh") for problem in validate(each)[:5])
        assert all(told)
        took = time.monotonic() - before
        slowest = max(slowest, took)
        assert took < SECONDS, (seed, i, name)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert used < MEGABYTES, used
    print(f"{COUNT} files, slowest {slowest:.1f} s, {used:.0f} MiB, {dict(ends)}")  # noqa: T201

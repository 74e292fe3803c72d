"""Inputs of a run of the command: the files that lie in its folder, its arguments and what is on standard input."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

import yaml
from running import TEXT_FORMATS

from fuzz.corpus import AS_OF, SETTINGS, WAIVERS, Corpus
from fuzz.mutation import (
    HOSTILE_NUMBERS,
    HOSTILE_TEXTS,
    mutated_bytes,
    mutated_tokens,
    mutated_value,
    written,
)


@dataclass(frozen=True)
class Input:
    """Files by name, and the arguments of the command; ``hostile_name`` is one that a shell would have to quote."""

    arguments: Sequence[str]
    files: Mapping[str, bytes]
    stdin: bytes = b""
    width: str | None = None


def drawn_input(corpus: Corpus, seed: int, number: int) -> Input:
    """Return one input; the same corpus, seed and number give the same."""
    random = Random(f"{seed}:{number}")  # noqa: S311 - a draw, and no secret
    draw = random.choices([each for each, _ in _DRAWN], [weight for _, weight in _DRAWN])[0]
    arguments, files = draw(random, corpus)
    if random.random() < 0.02:
        arguments[random.randrange(len(arguments))] = random.choice(HOSTILE_TEXTS)
    arguments = [each.replace("\0", "").encode("utf-8", "replace").decode() for each in arguments]
    width = random.choice((None, None, None, "1", "20", "200"))
    return Input(arguments, files, next(iter(files.values()), b""), width)


def _text(random: Random, text: bytes, others: Sequence[bytes]) -> bytes:
    """Return a text mutated as bytes or as tokens, as a reader of text would not see it."""
    if random.random() < 0.5:
        return mutated_bytes(random, text, others)
    other = random.choice(others).decode("utf-8", "replace")
    return mutated_tokens(random, text.decode("utf-8", "replace"), [other]).encode("utf-8", "surrogatepass")


def _document(random: Random, corpus: Corpus) -> tuple[str, bytes]:
    """Return a document's name and content; most follow their schema but for one thing or two."""
    form = random.choice(("yaml", "yaml", "json"))
    if random.random() < 0.6:
        value = mutated_value(random, random.choice(corpus.values), corpus.known)
        content = written(value, form)
        if random.random() < 0.1:
            content = _text(random, content, corpus.documents)
    else:
        content = _text(random, random.choice(corpus.documents), corpus.documents)
    name = random.choice(
        ("document", "document", "document", "a b", "汽车", "\x1b[31ma", "\u202ea", "-", "[red]", "a\nb")
    )
    return f"{name}.{form}", content


def _output(random: Random, forms: Sequence[str] = ("rich", "json")) -> list[str]:
    arguments = ["--lang", random.choice(("en", "zh"))]
    if random.random() < 0.8:
        form = random.choice(forms)
        # A page for a browser takes ten times as long as any other.
        arguments += ["--format", random.choice(forms) if form == "html" else form]
        if random.random() < 0.1:
            arguments += [
                "--output",
                random.choice(("out.txt",) * 8 + ("-", "no/such/folder", "document.yaml")),
            ]
    return arguments


def _date(random: Random) -> list[str]:
    dates: Sequence[str] = (AS_OF, "2023-06-30", "2030-12-31", "0001-01-01", "9999-12-31")
    if random.random() < 0.04:
        dates = ("2026-02-30", "today", "", "20260101", "2026-1-1", "２０２６-01-01")
    return ["--as-of", random.choice(dates)] if random.random() < 0.7 else []


def _check(random: Random, corpus: Corpus) -> tuple[list[str], dict[str, bytes]]:
    files = dict(_document(random, corpus) for _ in range(random.choice((1, 1, 1, 2))))
    arguments = (
        ["check", "--", *files] if random.random() < 0.05 else ["check", *(f"./{each}" for each in files)]
    )
    if random.random() < 0.05:
        arguments = ["check", "-", "--stdin-name", random.choice((*files, *HOSTILE_TEXTS))]
    if "--" in arguments:
        return arguments, files
    arguments += _output(random, TEXT_FORMATS) + _date(random)
    for option, values in _OPTIONS.items():
        if random.random() < 0.06:
            arguments += [option, random.choice(values[:2] if random.random() < 0.8 else values)]
    arguments += [random.choice(_FLAGS)] if random.random() < 0.2 else []
    if random.random() < 0.8:  # all of them take most of the time, and seldom find what one does not
        for ruleset in random.sample(corpus.rulesets, random.choice((1, 1, 2, 4))):
            arguments += ["--ruleset", ruleset]
    return arguments, files


_OPTIONS: Mapping[str, Sequence[str]] = {
    "--peers": ("region", "product-type", "BMW, Tesla", "nobody", ""),
    "--fail-under": ("50", "0.1", "-1", "101", "nan", "1e9", "½", ""),
    "--require": ("fmc-steel", "responsiblesteel-2.1:2", "cati-auto-2024", "less:Z", "fmc-steel:", ":", ""),
    "--require-indicator": ("2.1.1", "1.1.1", "9.9", ""),
    "--fail-on": ("indeterminate", "problems", "consistency", "all"),
    "--parameter": ("low-carbon-aluminium-ingot.advanced_value=10", "low-carbon-aluminium-ingot.advanced_value=½", "less.limit=0.5", "=", "a.b", "fmc-steel.limit=1e999", ""),
}  # fmt: skip
_FLAGS = ("--quiet", "--verbose", "--skip-others", "--exit-zero", "--strict", "--no-waivers")


def _commands(random: Random, corpus: Corpus) -> tuple[list[str], dict[str, bytes]]:
    """Return a run of one of the other commands on a mutated document."""
    name, content = _document(random, corpus)
    file, rule = f"./{name}", random.choice(corpus.rule_names)
    files = {name: content}
    if random.random() < 0.5:  # a sound document, so that what else is hostile comes into play
        files[name] = written(random.choice(corpus.values), "yaml" if name.endswith("yaml") else "json")
    field = random.choice(
        (
            "footprint.value",
            "targets[0].reduction",
            "emissions[0].value",
            "a..b",
            "[",
            "emissions[999].x",
            "x[-1]",
            "",
        )
    )
    value = random.choice((*HOSTILE_NUMBERS, *HOSTILE_TEXTS, "{a: 1}", "[1", "&a *a", "0.5", "true"))
    match random.randrange(12):
        case 0 | 9:
            arguments = ["explain", rule, file]
        case 1 if random.random() < 0.2:  # the slowest by far
            arguments = [
                "improve",
                file,
                *random.choice(
                    ([], ["--to", random.choice(("leading", "50", "x", "-1"))], ["--effort", value])
                ),
            ]
        case 2 | 6:
            other, mutated = _document(random, corpus)
            files[other] = mutated
            return ["diff", file, f"./{other}", *_output(random), *_date(random)], files
        case 1 | 3 | 4 | 7 | 8:
            arguments = ["what-if", file, f"{field}={value}"]
        case _:
            expires = random.choice(("2099-12-31", "2099-12-31", "2020-01-01", "soon"))
            arguments = ["waive", file, rule, "--reason", value, "--approver", "a", "--expires", expires]
            arguments += (
                ["--at", random.choice(("/footprint/value", "/a~2b", "x", "/", "/targets/0"))]
                if random.random() < 0.5
                else []
            )
            return arguments + _output(random), files
    return arguments + _output(random) + _date(random), files


def _rules(random: Random, corpus: Corpus) -> tuple[list[str], dict[str, bytes]]:
    """Return a run with a mutated ruleset of one's own."""
    files = dict(random.choice(corpus.rules))
    name = random.choice(("ruleset.yaml", "ruleset.yaml", "ruleset.yaml", random.choice(list(files))))
    content = files[name]
    if random.random() < 0.6:
        value = yaml.load(content, Loader=_Exact)  # noqa: S506 - a safe loader with exact numbers
        content = written(mutated_value(random, value, corpus.known), "yaml")
    else:
        content = _text(random, content, [each["ruleset.yaml"] for each in corpus.rules])
    files = {f"rules/{each}": text for each, text in files.items()} | {f"rules/{name}": content}
    match random.randrange(8):
        case 0 | 1 | 2:
            return ["rules", "lint", "./rules", *_output(random)], files
        case 3:
            return ["rules", "test", "./rules", *_output(random)], files
        case 4:
            return ["rules", "show", "./rules", *_output(random)], files
        case 5:
            files["document.yaml"] = written(random.choice(corpus.values), "yaml")
            other = random.choice(corpus.rulesets)
            return ["rules", "diff", "./rules", other, "document.yaml", *_output(random)], files
        case 6:
            return ["rules", "store", "./rules"], files
        case _:
            files["document.yaml"] = written(random.choice(corpus.values), "yaml")
            return [
                "check",
                "document.yaml",
                "--ruleset",
                "./rules",
                *_output(random, TEXT_FORMATS),
                *_date(random),
            ], files


class _Exact(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    pass


_Exact.add_constructor("tag:yaml.org,2002:float", lambda loader, node: Decimal(loader.construct_scalar(node)))


def _settings(random: Random, corpus: Corpus) -> tuple[list[str], dict[str, bytes]]:
    text = (
        SETTINGS if random.random() < 0.5 else "".join(random.sample(SETTINGS.splitlines(keepends=True), 4))
    )
    content = _text(random, text.encode(), [SETTINGS.encode(), *corpus.documents])
    shared = random.random() < 0.2
    document, result = random.choice(corpus.results)
    files = {
        "document.yaml": document,
        "waivers.yaml": WAIVERS.encode(),
        "result.json": result,
        "pyproject.toml" if shared else "cati.toml": (b"[tool.cati]\n" if shared else b"") + content,
    }
    few = ["--ruleset", "fmc-steel", "--ruleset", "less"] if random.random() < 0.8 else []
    return ["check", "document.yaml", "--quiet", *few, *_output(random, TEXT_FORMATS), *_date(random)], files


def _waivers(random: Random, corpus: Corpus) -> tuple[list[str], dict[str, bytes]]:
    if random.random() < 0.5:
        content = _text(random, WAIVERS.encode(), corpus.documents)
    else:
        content = written(
            mutated_value(random, yaml.safe_load(WAIVERS), corpus.known), random.choice(("yaml", "json"))
        )
    files = {"document.yaml": random.choice(corpus.results)[0], "waivers.yaml": content}
    arguments = [
        "check",
        "document.yaml",
        "--waivers",
        "waivers.yaml",
        *_output(random, TEXT_FORMATS),
        *_date(random),
    ]
    arguments += ["--ruleset", "fmc-steel"] if random.random() < 0.8 else []
    return [*arguments, "--fail-on", "indeterminate", "--require", "fmc-steel"], files


def _results(random: Random, corpus: Corpus) -> tuple[list[str], dict[str, bytes]]:
    """Return a run that is held against a mutated result."""
    document, result = random.choice(corpus.results if random.random() < 0.1 else corpus.short_results)
    if random.random() < 0.7:
        value = mutated_value(random, json.loads(result, parse_float=Decimal), corpus.known)
        content = written(value, "json")
    else:
        content = _text(random, result, corpus.documents)
    if random.random() < 0.2:
        document = written(mutated_value(random, random.choice(corpus.values), corpus.known), "yaml")
    files = {"result.json": content, "document.yaml": document}
    if random.random() < 0.5:
        return ["verify", "result.json", "document.yaml", *_output(random)], files
    few = ["--ruleset", "fmc-steel"] if random.random() < 0.8 else []
    return [
        "check",
        "document.yaml",
        "--baseline",
        "result.json",
        *few,
        *_output(random, TEXT_FORMATS),
    ], files


def _foreign(random: Random, corpus: Corpus) -> tuple[list[str], dict[str, bytes]]:
    """Return a run on a mutated file of another format."""
    ending, content = random.choice(corpus.foreign)
    if zipfile.is_zipfile(io.BytesIO(content)) and random.random() < 0.8:
        content = _repacked(random, content)
    else:
        content = _text(random, content, [each for _, each in corpus.foreign])
    if random.random() < 0.1:
        ending = random.choice((".json", ".yaml", ".xml", ".xlsx", ""))
    name = f"other{ending}"
    if random.random() < 0.5:
        arguments = ["import", name, "--lang", random.choice(("en", "zh"))]
        arguments += ["--material", random.choice(("steel", "aluminium"))] if random.random() < 0.3 else []
        arguments += ["--output", "out.txt"] if random.random() < 0.3 else []
        return arguments, {name: content}
    return ["check", name, *_output(random, TEXT_FORMATS), *_date(random)], {name: content}


def _repacked(random: Random, archive: bytes) -> bytes:
    """Return an archive with the text of one entry mutated."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        names = old.namelist()
        chosen = random.choice([each for each in names if each.endswith(".xml")] or names)
        for each in names:
            content = old.read(each)
            new.writestr(each, _text(random, content, [content]) if each == chosen else content)
    return packed.getvalue()


_DRAWN: Sequence[tuple[Callable[[Random, Corpus], tuple[list[str], dict[str, bytes]]], int]] = (
    (_check, 8),
    (_commands, 4),
    (_rules, 3),
    (_settings, 2),
    (_waivers, 2),
    (_results, 3),
    (_foreign, 3),
)

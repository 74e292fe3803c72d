"""``cati rules``: browse rulesets, and lint, test and store them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import click

from cati_rules.catalog.store import (
    MAIN_FILE,
    STORED_FILE,
    is_current,
    ruleset_folder,
    ruleset_ids,
    store,
)
from cati_rules.cli.delivery import deliver
from cati_rules.cli.exit_codes import DONE, NOT_REACHED
from cati_rules.cli.options import output_of, output_options
from cati_rules.cli.rules_diff import command as rules_diff
from cati_rules.cli.rules_sql import command as rules_sql
from cati_rules.cli.run_settings import usage_error
from cati_rules.cli.terminal import page_of
from cati_rules.errors import Place, Problem, RulesetError
from cati_rules.pipeline import assessor, ruleset
from cati_rules.text import Language, Text
from cati_rules.visible import json_text, visible


@click.group("rules")
def command() -> None:
    """List, show, compare, lint and test rulesets."""


command.add_command(rules_diff)
command.add_command(rules_sql)


@command.command("list")
@click.option(
    "--source",
    metavar="DOCUMENT",
    help="Only those that encode rows of this document's tables, such as ipe-2024.",
)
@output_options
def list_rulesets(source: str | None, form: str, language: str | None, path: Path | None) -> None:
    """List the rulesets that come with cati."""
    from cati_rules.output.terminal_pages import text_of
    from cati_rules.rule_pages.listing import list_data, list_page

    output = output_of(form, language, path)
    every = [ruleset(each) for each in ruleset_ids()]
    rulesets = [each for each in every if source is None or any(row.document == source for row in each.rows)]
    if source is not None and not rulesets:
        known = sorted({row.document for each in every for row in each.rows})
        raise usage_error(
            "--source",
            f"No ruleset encodes rows of {source}; known: {', '.join(known)}.",
            f"没有规则集来自 {source}；可用：{'、'.join(known)}。",
        )
    if output.format == "json":
        deliver(json_text(list_data(rulesets, output.language), indent=2), path)
        return
    deliver(text_of(list_page(rulesets, output.language, source), page_of(output)), path)


@command.command("show")
@click.argument("identifier", metavar="RULESET")
@output_options
def show(identifier: str, form: str, language: str | None, path: Path | None) -> None:
    """Show a ruleset: an index with its points and weights, a definition with what it asks, or what is looked for."""
    from cati_rules.output.terminal_pages import text_of
    from cati_rules.rule_pages import rule_data, rule_parts

    output = output_of(form, language, path, reads=(identifier,))
    shown = ruleset(identifier)
    if output.format == "json":
        deliver(json_text(rule_data(shown, None, output.language), indent=2), path)
    else:
        deliver(text_of(rule_parts(shown, None, output.language), page_of(output)), path)


def _folders(rulesets: tuple[str, ...]) -> Iterator[Path]:
    """Yield the folders or files that names stand for: a path that exists, else a shipped ruleset's id."""
    for each in rulesets or ruleset_ids():
        path = Path(each)
        yield path if os.path.exists(path) or path.suffix == ".yaml" else ruleset_folder(each)


def _report(problems: list[Problem], checked: int, output_language: Language, form: str, done: Text) -> str:
    if form == "json":
        from cati_rules.report.data.run import problem_data

        data = {
            "schema": "cati-findings/1",
            "checked": checked,
            "findings": [problem_data(each, output_language) for each in problems],
        }
        return json_text(data, indent=2)
    lines = [each.line(output_language) for each in problems]
    return "\n".join([*lines, done.to(output_language)])


def _stale(folder: Path) -> Iterator[Problem]:
    """Yield a finding where a stored form is there and was made from other files than those beside it."""
    home = folder if os.path.isdir(folder) else folder.parent
    stored = home / STORED_FILE
    try:
        stale = os.path.exists(stored) and not is_current(home)
    except RulesetError as error:  # it was changed by hand
        yield from error.problems
        return
    if stale:
        yield Problem(
            place=Place(str(stored)),
            code="rules/stale",
            message=Text(
                "the stored form was made from other rules or schemas.",
                "存储形式与当前规则或结构定义不一致。",
            ),
            advice=Text("Run `cati rules store`.", "请运行 `cati rules store`。"),
        )


@command.command("lint")
@click.argument("rulesets", nargs=-1, metavar="[RULESET|PATH]...")
@output_options
@click.pass_context
def lint(
    context: click.Context, rulesets: tuple[str, ...], form: str, language: str | None, path: Path | None
) -> None:
    """Check rulesets, by id or by path; exit with 1 if there are findings."""
    from cati_rules.catalog.authoring import author

    output = output_of(form, language, path, reads=rulesets)
    problems: list[Problem] = []
    folders = list(_folders(rulesets))
    for folder in folders:
        try:
            author(folder, problems)
        except RulesetError as error:
            if any(problem.code == "read/file" for problem in error.problems):
                raise
            problems.extend(error.problems)
        else:
            problems.extend(_stale(folder))
    done = Text(
        f"rulesets checked: {len(folders)}; findings: {len(problems)}.",
        f"已检查规则集 {len(folders)} 个，发现问题 {len(problems)} 处。",
    )
    deliver(_report(problems, len(folders), output.language, output.format, done), path)
    context.exit(NOT_REACHED if problems else DONE)


def _assessor(path: str, parameters: Mapping[str, Decimal]) -> Any:
    return assessor(path, tuple(parameters.items()))


@command.command("test")
@click.argument("rulesets", nargs=-1, metavar="[RULESET|PATH]...")
@output_options
@click.pass_context
def run_tests(
    context: click.Context, rulesets: tuple[str, ...], form: str, language: str | None, path: Path | None
) -> None:
    """Run the tests that stand beside rulesets; exit with 1 if one fails."""
    from cati_rules.rule_tests import failures, files_with_tests, read_tests

    output = output_of(form, language, path, reads=rulesets)
    problems: list[Problem] = []
    run = 0
    for folder in _folders(rulesets):
        home = folder.parent if folder.name == MAIN_FILE else folder
        name = str(folder.absolute())  # a name alone would be an id
        rules = ruleset(name)
        for file in files_with_tests(home):
            for test in read_tests(file):
                run += 1
                problems.extend(
                    Problem(
                        place=test.place,
                        code="rules/test-failed",
                        message=Text(f"{test.name}: {each.message.en}", f"{test.name}：{each.message.zh}"),
                    )
                    for each in failures(test, rules, partial(_assessor, name))
                )
    done = Text(
        f"{run} tests run, {len(problems)} expectations not met.",
        f"共运行 {run} 项测试，{len(problems)} 处与预期不符。",
    )
    deliver(_report(problems, run, output.language, output.format, done), path)
    context.exit(NOT_REACHED if problems else DONE)


@command.command("store")
@click.argument("rulesets", nargs=-1, metavar="[RULESET|PATH]...")
def store_rulesets(rulesets: tuple[str, ...]) -> None:
    """Write the stored form of rulesets beside them, after a change to rules or schemas."""
    for folder in _folders(rulesets):
        try:
            click.echo(visible(str(store(folder))))
        except OSError as error:
            raise usage_error(
                str(folder),
                f"The stored form cannot be written: {error.strerror}.",
                f"无法写入存储文件（{error.strerror}）。",
            ) from None

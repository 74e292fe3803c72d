"""The commands, imported when they are called, and how a run of one ends."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

import click

from cati_rules import __version__
from cati_rules.cli.delivery import close_stdout, complain, finish
from cati_rules.cli.exit_codes import DONE, USAGE
from cati_rules.cli.help import SpokenContext
from cati_rules.cli.run_settings import language_of, usage_error
from cati_rules.cli.usage import usage_text
from cati_rules.errors import CatiError
from cati_rules.text import Text

COMMANDS: Mapping[str, tuple[str, str]] = {
    "check": ("cati_rules.cli.check", "Evaluate documents and explain every result."),
    "explain": ("cati_rules.cli.explain", "Print a rule as a page; with a file, its evaluation there."),
    "target": ("cati_rules.cli.target", "Hold targets against SBTi's editions, or work one out."),
    "improve": ("cati_rules.cli.improve", "Show the cheapest way up: what to do next, and what it brings."),
    "what-if": ("cati_rules.cli.what_if", "Evaluate with values replaced; show what changes."),
    "diff": ("cati_rules.cli.diff", "Show what moved between two documents, and why."),
    "verify": ("cati_rules.cli.verify", "Say whether a result still holds for a document."),
    "waive": ("cati_rules.cli.waive", "Print the waiver that accepts one failure for a time."),
    "new": ("cati_rules.cli.new", "Write a commented template to fill in."),
    "import": ("cati_rules.cli.import_", "Read a file of another format into a document; list the formats."),
    "benchmark": ("cati_rules.cli.benchmark", "Recompute the totals of the 51 published companies."),
    "rules": ("cati_rules.cli.rules", "List, show, compare, lint and test rulesets."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported only when they are needed."""

    context_class = SpokenContext

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the commands in the order in which one meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return one command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(COMMANDS[cmd_name][0]).command
        return _spoken(command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is called, or ask whether another was meant."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            close = get_close_matches(name, COMMANDS, n=1) or list(COMMANDS)
            advice = Text(f"Did you mean {' or '.join(close)}?", f"是否应为 {' 或 '.join(close)}？")
            raise usage_error("cati", f"There is no command {name}.", f"没有命令 {name}。", advice)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the commands with their one-line help, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


def _spoken(command: click.Command) -> click.Command:
    """Let a command, and those within it, speak the reader's language in their help."""
    command.context_class = SpokenContext
    if isinstance(command, click.Group):
        for each in command.commands.values():
            _spoken(each)
    return command


def _version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        click.echo(f"cati {__version__}")
        ctx.exit()


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.option(
    "--version", is_flag=True, callback=_version, expose_value=False, is_eager=True, help="Print the version."
)
def cati() -> None:
    """Scores climate disclosures, judges steel and aluminium, and explains every verdict.

    Exit codes: 0 done; 1 a demanded outcome was not reached; 2 wrong usage; 3 a document or ruleset
    could not be read or is invalid; 70 an internal error, which says nothing of documents; 130 interrupted.
    """


def asked_language(arguments: Sequence[str]) -> str | None:
    """Return the value of ``--lang`` in raw arguments, for errors that come before they are parsed."""
    for i, argument in enumerate(arguments):
        if argument == "--lang" and i + 1 < len(arguments):
            return arguments[i + 1]
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
    return None


def run(given: Sequence[str]) -> int:
    """Run the command line with these arguments and return its exit code.

    Raises:
        KeyboardInterrupt: the run was interrupted.
    """
    try:
        return _ended(given)
    except CatiError as error:
        language = language_of(asked_language(given))
        for problem in error.problems:
            complain(problem.line(language))
        return error.exit_code


def _ended(given: Sequence[str]) -> int:
    """Run the command line and return its exit code, or raise what a user can mend."""
    try:
        spoken = language_of(asked_language(given))
        code = cati.main(args=list(given), prog_name="cati", standalone_mode=False, obj=spoken)
        finish()
    except CatiError:
        raise
    except click.ClickException as error:
        complain(usage_text(error, language_of(asked_language(given))))
        return USAGE
    except click.Abort:
        raise KeyboardInterrupt from None
    except SystemExit as error:
        # click ends a run with 1 whose reader has gone, as that of `cati --help | head`; 1 says something else here.
        if error.code != 1:
            raise
        close_stdout()
        return DONE
    except Exception as error:
        from cati_rules.cli.unexpected_errors import unexpected

        return unexpected(error, language_of(asked_language(given)))
    return code if isinstance(code, int) else DONE

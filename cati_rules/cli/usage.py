"""Says in the reader's language what is wrong with a command line; click itself speaks English only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from cati_rules.text import Language
from cati_rules.visible import visible


def usage_text(error: click.ClickException, language: Language) -> str:
    """Return what is wrong, and where help is."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    if language == "en" or isinstance(error, click.exceptions.NoArgsIsHelpError):
        message = visible(error.format_message())
        return message if context is None else f"{message}\n{context.get_usage()}"
    say = next((_CHINESE[each] for each in type(error).__mro__ if each in _CHINESE), _other)
    message = visible(f"用法错误：{say(error)}")
    if context is None:
        return message
    return f"{message}\n查看帮助：{context.command_path} --help"


def _missing(error: Any) -> str:
    return f"缺少参数 {_hint(error)}。"


def _bad(error: Any) -> str:
    choices = getattr(getattr(error.param, "type", None), "choices", None)
    allowed = f"可用值：{'、'.join(choices)}。" if choices else ""
    return f"{_hint(error)} 的值无效。{allowed}"


def _no_option(error: Any) -> str:
    meant = f"是否应为 {'、'.join(error.possibilities)}？" if error.possibilities else ""
    return f"没有选项 {error.option_name}。{meant}"


def _bad_option(error: Any) -> str:
    return f"选项 {error.option_name} 的写法有误：可能缺少取值，或不应带取值。"


def _other(_: Any) -> str:
    return "命令行有误，可能有多余的参数或没有该命令。"


def _hint(error: Any) -> str:
    hint = error.param_hint or (error.param.get_error_hint(error.ctx) if error.param is not None else "")
    return hint.strip("'") if isinstance(hint, str) else " / ".join(hint)


_CHINESE: Mapping[type, Callable[[Any], str]] = {
    click.MissingParameter: _missing,
    click.BadParameter: _bad,
    click.NoSuchOption: _no_option,
    click.BadOptionUsage: _bad_option,
}

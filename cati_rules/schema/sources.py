"""Sources that a disclosure names once and cites by their id: written out where they are cited, and checked.

``sources: [{id: report-2023, title: …, public: true, …}]`` and ``evidence: [{source: report-2023, page: p. 47}]``
say the same as evidence in full. What judges a document reads evidence in full, at the place of the citation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from cati_rules.documents.paths import FieldPath
from cati_rules.schema import phrases
from cati_rules.schema.plausibility_findings import Disclosure, Implausible
from cati_rules.text import Text

Source = Mapping[str, Any]
_MOST_NAMED = 12
"""How many ids a message lists."""
_COLUMN = Text(", ", "、")


def with_sources(value: Any) -> Any:
    """Return a document without nulls with each source where evidence cites it; every other place is as it was.

    What cites a source that is not named stays as it is, and is refused when the document is validated.
    """
    if not isinstance(value, Mapping) or not value.get("sources"):
        return value
    return _written_out(value, sources_by_id(value))


def sources_by_id(value: Mapping[str, Any]) -> Mapping[str, Source]:
    """Return what a document's sources say, by their ids; of two with one id, the first."""
    found: dict[str, Source] = {}
    for each in value.get("sources", ()):
        found.setdefault(each["id"], {name: told for name, told in each.items() if name != "id"})
    return found


def in_full(evidence: Source, sources: Mapping[str, Source]) -> Source:
    """Return a piece of evidence with all that is said by the source that it cites, where it cites one of these."""
    cited = sources.get(evidence["source"]) if "source" in evidence else None
    if cited is None:
        return evidence
    return {**cited, **{name: each for name, each in evidence.items() if name != "source"}}


def _written_out(value: Any, sources: Mapping[str, Source]) -> Any:
    """Return ``value`` with each source where it is cited; what cites none is the same object."""
    if isinstance(value, Mapping):
        changed = {}
        for name, inner in value.items():
            if isinstance(inner, dict | list):
                of = in_full if name == "evidence" else _written_out
                written = _each(inner, sources, of) if isinstance(inner, list) else of(inner, sources)
                if written is not inner:
                    changed[name] = written
        return {**value, **changed} if changed else value
    return _each(value, sources, _written_out) if isinstance(value, list) else value


def _each(
    listed: list[Any], sources: Mapping[str, Source], of: Callable[[Any, Mapping[str, Source]], Any]
) -> list[Any]:
    written = [of(each, sources) for each in listed]
    return written if any(new is not old for new, old in zip(written, listed, strict=True)) else listed


def citations(value: Any) -> Sequence[tuple[FieldPath, str]]:
    """Return where evidence cites a source, and the id that it cites."""
    found: list[tuple[FieldPath, str]] = []
    _collect(value, (), found)
    return found


def _collect(value: Any, path: FieldPath, found: list[tuple[FieldPath, str]]) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name != "evidence":
                # Most fields hold no other: no call for each number and text.
                if isinstance(inner, dict | list):
                    _collect(inner, (*path, name), found)
                continue
            found += [
                ((*path, name, index, "source"), each["source"])
                for index, each in enumerate(inner)
                if "source" in each
            ]
    elif isinstance(value, list):
        for index, each in enumerate(value):
            if isinstance(each, dict):
                _collect(each, (*path, index), found)


def _has_evidence(value: Any) -> bool:
    if isinstance(value, Mapping):
        return bool(value.get("evidence")) or any(map(_has_evidence, value.values()))
    return isinstance(value, list) and any(map(_has_evidence, value))


def repeated_sources(disclosure: Disclosure) -> Iterator[Implausible]:
    """An id names one source."""
    first: dict[str, int] = {}
    for index, source in enumerate(disclosure.value.get("sources", ())):
        earlier = first.setdefault(source["id"], index)
        if earlier != index:
            name = phrases.shown(source["id"])
            yield Implausible(
                ("sources", index, "id"),
                "repeated-source",
                Text(
                    f"The id {name.en} names a second source; the first is in entry {earlier + 1}.",
                    f"标识{name.zh}重复：第 {earlier + 1} 条来源已使用。",
                ),
                Text(
                    "Give this one another id, or remove it and let evidence cite the first.",
                    "请为此来源另设标识；若为同一来源，请删除此条。",
                ),
            )


def unknown_sources(disclosure: Disclosure) -> Iterator[Implausible]:
    """Evidence cites a source that is named."""
    sources = sources_by_id(disclosure.value)
    for path, cited in citations(disclosure.value):
        if cited not in sources:
            name = phrases.shown(cited)
            yield Implausible(
                path,
                "unknown-source",
                Text(f"No source has the id {name.en}.", f"没有标识为{name.zh}的来源。"),
                _named(cited, sources),
            )


def _named(cited: str, sources: Mapping[str, Source]) -> Text:
    """Return which id was probably meant, and which there are."""
    if not sources:
        return Text(
            "Name the source once, under sources at the top of the document, or give the evidence in full.",
            "请在文件开头的 sources 中填写该来源，或在此完整填写依据。",
        )
    from cati_rules.schema import did_you_mean  # noqa: PLC0415 - only where something is wrong

    meant = did_you_mean.meant(cited, {each: (str(sources[each]["title"]),) for each in sources})
    asked = did_you_mean.question(meant) if meant else None
    ids = [phrases.shortened(each) for each in sources][:_MOST_NAMED]
    more = len(sources) - len(ids)
    return Text(
        f"{f'{asked.en} ' if asked else ''}Sources named: {_COLUMN.en.join(ids)}{f' and {more} more' if more else ''}.",
        f"{asked.zh if asked else ''}已有来源：{_COLUMN.zh.join(ids)}{f'，另有 {more} 个' if more else ''}。",
    )


def unused_sources(disclosure: Disclosure) -> Iterator[Implausible]:
    """A source is named to be cited; while nothing has evidence, as in a new template, there is nothing to cite it."""
    listed = disclosure.value.get("sources", ())
    if not listed or not _has_evidence(disclosure.value):
        return
    cited = {name for _, name in citations(disclosure.value)}
    for index, source in enumerate(listed):
        if source["id"] not in cited:
            name = phrases.shown(source["id"])
            yield Implausible(
                ("sources", index, "id"),
                "unused-source",
                Text(f"Nothing cites the source {name.en}.", f"没有内容引用来源{name.zh}。"),
                Text(
                    f"Cite it where it says something, evidence: [{{source: {phrases.shortened(source['id'])}}}], "
                    "or remove it.",
                    f"请在相应内容的依据中引用：evidence: [{{source: {phrases.shortened(source['id'])}}}]；"
                    "不需要的请删除。",
                ),
                "warning",
            )

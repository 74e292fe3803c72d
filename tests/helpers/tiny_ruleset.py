"""A ruleset of two dimensions in three files, small enough to score by hand; tests break it one thing at a time."""

from __future__ import annotations

from pathlib import Path

DOCUMENT = """\
kind: disclosure
company: {name: Example Motors}
reporting_year: 2025
governance:
  climate_commitment:
    statement: We act.
    evidence: [{title: Page, kind: website, public: true, url: "https://example.com"}]
  board_oversight:
    body: Board
    evidence: [{title: Page, kind: website, public: true, url: "https://example.com"}]
emissions:
  - scope: scope_1
    year: 2024
    value: 5
    unit: tCO2e
    evidence: [{title: Page, kind: website, public: true, url: "https://example.com"}]
"""

MAIN = """\
id: tiny
edition: "1"
kind: index
subject: disclosure
title: {en: Tiny index, zh: 小型指数}
publisher: {en: Nobody, zh: 无}
in_force: {from: 2024-01-15}
absent: not-disclosed
points: 4
source: {document: report, locator: {en: page 1, zh: 第 1 页}}
documents:
  report: {title: {en: Report, zh: 报告}, publisher: {en: Nobody, zh: 无}, published: 2024-01-15}
split: {basis: interpreted, why: {en: Halves., zh: 各占一半。}}
weights:
  plain: {is: 1, title: {en: as printed, zh: 按原分值}, basis: derived, source: {document: report, locator: {en: page 2, zh: 第 2 页}}}
  double: {is: 2, title: {en: doubled, zh: 加倍}, basis: derived, source: {document: report, locator: {en: page 2, zh: 第 2 页}}}
bands:
  - {id: high, above: 3, title: {en: high, zh: 高}, meaning: {en: good, zh: 好}, basis: published, source: {document: report, locator: {en: page 3, zh: 第 3 页}}}
  - {id: mid, from: 1, title: {en: mid, zh: 中}, meaning: {en: fair, zh: 一般}, basis: published, source: {document: report, locator: {en: page 3, zh: 第 3 页}}}
  - {id: low, from: 0, title: {en: low, zh: 低}, meaning: {en: poor, zh: 差}, basis: published, source: {document: report, locator: {en: page 3, zh: 第 3 页}}}
values:
  recent_from:
    is: reporting_year - 1
    title: {en: first recent year, zh: 最早年度}
    basis: interpreted
    source: {document: report, locator: {en: page 4, zh: 第 4 页}}
parts: [a.yaml, b.yaml]
"""

A = """\
id: A
title: {en: First, zh: 第一}
points: 3
groups:
  - id: A.1
    title: {en: Group, zh: 组}
    points: 3
    indicators:
      - id: A.1.1
        title: {en: Commitment, zh: 承诺}
        points: 1
        weight: plain
        award: sum
        source: {document: report, locator: {en: A.1.1, zh: A.1.1}}
        criteria:
          - id: stated
            points: 0.5
            title: {en: Is stated, zh: 已声明}
            when: governance.climate_commitment.statement != null
            advice: {en: State it., zh: 请声明。}
          - id: dated
            points: 0.5
            title: {en: Has a year, zh: 有年份}
            when: governance.climate_commitment.goal_year >= reporting_year
            advice: {en: Give a year., zh: 请写明年份。}
      - id: A.1.2
        title: {en: Emissions, zh: 排放}
        points: 2
        weight: double
        award: highest
        source: {document: report, locator: {en: A.1.2, zh: A.1.2}}
        criteria:
          - id: amount
            points: 1
            title: {en: Gives an amount, zh: 披露排放量}
            when: $any([e.value != null for e in emissions if e.year >= recent_from])
            advice: {en: Give it., zh: 请披露。}
          - id: verified
            points: 2
            title: {en: Is verified, zh: 经核查}
            when: $any([e.verification.body != null for e in emissions if e.year >= recent_from])
            advice: {en: Have it verified., zh: 请核查。}
"""

B = """\
id: B
title: {en: Second, zh: 第二}
points: 1
groups:
  - id: B.1
    title: {en: Other group, zh: 另一组}
    points: 1
    indicators:
      - id: B.1.1
        title: {en: Board, zh: 董事会}
        points: 1
        weight: plain
        award: sum
        source: {document: report, locator: {en: B.1.1, zh: B.1.1}}
        ceiling:
          points: 1
          with: [A.1.1]
          until: governance.climate_risk.process != null
          title: {en: One point at most without a procedure, zh: 无程序时最多 1 分}
          basis: published
          source: {document: report, locator: {en: page 5, zh: 第 5 页}}
        criteria:
          - id: body
            points: 1
            title: {en: The board oversees it, zh: 董事会监督}
            when: governance.board_oversight.body != null
            advice: {en: Let the board oversee it., zh: 请由董事会监督。}
"""

FILES = {"ruleset.yaml": MAIN, "a.yaml": A, "b.yaml": B}


def write(folder: Path, *changes: tuple[str, str, str]) -> Path:
    """Write the ruleset into ``folder`` with changes (file, old text, new text); each old text stands once."""
    folder.mkdir(parents=True, exist_ok=True)
    files = dict(FILES)
    for name, old, new in changes:
        assert files[name].count(old) == 1, f"{old!r} stands {files[name].count(old)} times in {name}"
        files[name] = files[name].replace(old, new)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def place(path: Path, text: str) -> tuple[int, int]:
    """Return line and column, both from 1, at which ``text`` stands in a file, where it stands once."""
    content = path.read_text(encoding="utf-8")
    assert content.count(text) == 1, f"{text!r} stands {content.count(text)} times in {path.name}"
    before = content[: content.index(text)]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1

"""Opens a page in headless Chromium: what axe-core finds in it, and what it looks like."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HEADLESS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars")
_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice")
_RUN = """
for (const each of document.querySelectorAll("details")) each.open = true;
(async () => {
  const violations = [], switches = [...document.querySelectorAll("input.switch")];
  let passes = 0;
  for (const each of switches.length ? switches : [{}]) {
    each.checked = true;
    const found = await axe.run(document, {runOnly: {type: "tag", values: RULES}});
    violations.push(...found.violations);
    passes += found.passes.length;
  }
  const told = document.createElement("pre");
  told.id = "axe-told";
  told.textContent = JSON.stringify({violations, passes});
  document.body.append(told);
})();
"""


def axe_script() -> Path | None:
    """Return the file of axe-core that a Python package brings; None where it is not installed."""
    found = find_spec("axe_core_python")
    if found is None or found.origin is None:
        return None
    return Path(found.origin).with_name("axe.min.js")


def violations(page: Path, folder: Path) -> list[str]:
    """Return what axe-core finds wrong with a page, in each of its languages, everything that is folded opened.

    The page itself forbids scripts: a copy of it allows them.
    """
    script = axe_script()
    assert script is not None
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page.read_text(encoding="utf-8"))
    run = _RUN.replace("RULES", json.dumps(_RULES))
    copy = folder / "audited.html"
    loaded = f"<script>{script.read_text(encoding='utf-8')}</script><script>{run}</script></body>"
    copy.write_text(text.replace("</body>", loaded), encoding="utf-8")
    shown = chromium(folder, "--virtual-time-budget=60000", "--dump-dom", copy.as_uri())
    told = re.search(r'<pre id="axe-told">(.*?)</pre>', shown, flags=re.DOTALL)
    assert told is not None, "axe-core told nothing"
    found: dict[str, Any] = json.loads(unescape(told[1]))
    assert found["passes"] > 10
    return [
        f"{each['id']}: {each['help']}: {node['html'][:200]} {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


def chromium(folder: Path, *arguments: str) -> str:
    """Run headless Chromium with a profile in ``folder`` and return what it prints; it may complain of nothing."""
    command = [str(CHROMIUM), *HEADLESS, f"--user-data-dir={folder / 'profile'}", "--enable-logging=stderr"]
    ran = subprocess.run(
        [*command, *arguments], capture_output=True, text=True, encoding="utf-8", timeout=300, check=True
    )
    assert "CONSOLE" not in ran.stderr
    return ran.stdout

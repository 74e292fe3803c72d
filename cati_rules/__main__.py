"""Lets ``python -m cati_rules`` do what ``cati`` does, with what is installed and not what lies around."""

from __future__ import annotations

import sys

# Python looks for modules in the working folder first, and there a checked-out repository may have a `click.py`. The
# package itself is found by now, so that nothing of ours is looked for there.
if not sys.flags.safe_path:
    del sys.path[0]

from cati_rules.cli.main import main

main()

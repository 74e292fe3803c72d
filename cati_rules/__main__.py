"""Lets ``python -m cati_rules`` do what ``cati`` does."""

from cati_rules.cli.main import main

main()

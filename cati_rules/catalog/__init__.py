"""Rulesets: what authors write, what the evaluation sees, and where they are found."""

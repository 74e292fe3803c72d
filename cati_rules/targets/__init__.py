"""The arithmetic of company targets, exact: how much a method asks to be cut, with bounds where inputs are missing.

Nothing here knows a number of a standard: rates, ambitions, years and pathways come from rulesets
(:mod:`cati_rules.targets.editions`) or from a file of the user's own.
"""

"""Hostile and mutated inputs, thrown at the command: documents, rules, settings, waivers and results.

``python -m tests.helpers.fuzz --inputs 100000 --seed 1`` from the root of a checkout runs as many as one likes.
"""

"""Definitions over tables: the trees of the rules as expressions over columns, a million rows at once.

Numbers are pairs of columns (the least and the most that they can be), truths are pairs (whether it must hold, whether
it may), and a verdict is what both agree on: the same sets of possibilities by which one document is judged. What
floats cannot decide, and what cannot be columns, goes to the judgement of one document.
"""

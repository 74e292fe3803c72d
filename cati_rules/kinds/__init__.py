"""Kinds of ruleset, a folder each: what its rules are, how they are read, and how a document is judged by them."""

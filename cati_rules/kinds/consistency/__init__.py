"""Consistency: what in a document contradicts itself or misleads."""

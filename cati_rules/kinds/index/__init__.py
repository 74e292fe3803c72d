"""Indices: criteria that earn points, weights, bands, and what of a document is public."""

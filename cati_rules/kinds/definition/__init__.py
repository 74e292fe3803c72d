"""Definitions: what may be compared, conditions, levels, and the verdict on a product, a facility or purchases."""

"""Advice: values that would turn a verdict, what publishing adds, and the cheapest way up."""

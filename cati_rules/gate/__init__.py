"""The gate of a pipeline: what is demanded, what is waived, and what got worse."""

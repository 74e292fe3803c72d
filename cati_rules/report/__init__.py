"""The report: all that is told of the result of a run, as values."""

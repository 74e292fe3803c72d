"""Foreign files: what EPDs, footprints, workbooks and reports say, as documents, with where each value stands."""

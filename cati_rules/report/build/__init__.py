"""Makes the report of results: one builder a kind of ruleset."""

"""What a report says in words, in both languages: built from rules and results, never by a format."""

"""Specs: from the text that people write to rows that can be stored. Knows no framework."""

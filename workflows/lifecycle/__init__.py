"""Initialize, start, cancel, reset, archive."""

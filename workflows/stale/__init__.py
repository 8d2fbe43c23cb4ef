"""Which jobs a change makes stale, and running them again."""

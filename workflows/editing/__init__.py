"""Change a workflow that exists, piece by piece."""

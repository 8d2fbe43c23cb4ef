"""Changing a workflow piece by piece."""

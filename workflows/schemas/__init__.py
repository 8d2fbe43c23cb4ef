"""Workflows as clients send and see them."""

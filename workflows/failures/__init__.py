"""Failed jobs by cause, and what may help."""

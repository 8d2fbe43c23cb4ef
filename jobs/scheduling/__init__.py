"""Which ready job goes where."""

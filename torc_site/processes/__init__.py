"""The processes of a machine: the parent, what it starts, and the node."""

"""Jobs, attempts, nodes and events as clients see them."""

"""From a plan to rows, and away with them."""

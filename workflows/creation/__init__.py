"""Create a workflow from a plan, and remove its rows again."""

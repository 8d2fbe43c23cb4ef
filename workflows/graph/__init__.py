"""The graph of a workflow: families, dependencies, and its picture."""

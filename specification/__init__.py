"""Specs: from the text that people write to the plan of a workflow. Knows no framework."""

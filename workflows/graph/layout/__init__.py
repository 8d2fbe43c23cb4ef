"""Graphs: grouped, laid out in columns and written as SVG. Values in, values out; no framework."""

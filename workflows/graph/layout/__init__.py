"""Graphs: grouped, laid out in columns and written as SVG; plain values, no framework."""

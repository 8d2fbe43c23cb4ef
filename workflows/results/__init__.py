"""The table of results: columns, filters, plots, exports."""

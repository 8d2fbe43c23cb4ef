"""The command line: its grammar, help and completions."""

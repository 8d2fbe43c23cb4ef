"""The small languages of a spec: tokens, placeholders, parameter values, patterns, sizes."""

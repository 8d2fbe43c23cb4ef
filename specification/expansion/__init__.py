"""From entries with parameters to rows: jobs, files and user data."""

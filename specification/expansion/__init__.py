"""From entries to jobs, files and user data."""

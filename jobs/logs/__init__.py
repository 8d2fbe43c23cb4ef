"""The logs of attempts: reading, showing as text, searching."""

"""The `torc` command: standard library only, and little of that, because jobs start it often."""

__version__ = "0.1.0"

"""The functions behind the commands, a module a noun; each takes a Call and may return a code."""

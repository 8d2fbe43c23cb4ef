"""Errors that the command line prints: what happened, and what to do."""


class CliError(Exception):
    """A failure, printed as one line: what happened and what to do."""

    exit_code = 4
    """Never 1: that says of a workflow that a job ended badly."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def lines(self) -> "list[str]":
        """Return what to print."""
        return [f"error: {self}"]

    def __str__(self) -> str:
        return f"{self.message} - {self.hint}" if self.hint else self.message


class UsageError(CliError):
    """What was typed, or a file it names, is wrong."""

    exit_code = 2


class Unreachable(CliError):
    """No response came; `was_sent` says whether the request may have had its effect."""

    def __init__(self, message: str, hint: str = "", *, was_sent: bool = False) -> None:
        super().__init__(message, hint)
        self.was_sent = was_sent


class ErrorResponse(CliError):
    """The server answered with an error status."""

    def __init__(self, message: str, hint: str, status: int, problem: "dict[str, object]") -> None:
        super().__init__(message, hint)
        self.status = status
        self.problem = problem

"""Prints a log part by part: as it is for programs, without codes that steer a terminal there."""

from torc_cli.http.log_parts import LogPart
from torc_cli.screen import output


class LogPrinter:
    """Prints the parts of one log in their order; on a terminal by whole lines.

    Args:
        is_raw: write the bytes as they are.
    """

    def __init__(self, *, is_raw: bool) -> None:
        self._is_raw = is_raw
        self._unprinted = b""
        self._is_inside_line = False

    def print_first(self, part: LogPart, *, from_line: bool) -> int:
        """Print the first part and return how many bytes before it were left out unasked.

        Args:
            part: the first part.
            from_line: leave out the end of a line that began before the part.
        """
        if not from_line or not part.offset:
            self._print(part.content)
            return 0
        n_cut = part.content.find(b"\n") + 1
        self._print(part.content[n_cut:])
        return part.offset + n_cut

    def print_part(self, part: LogPart) -> None:
        """Print the next part."""
        self._print(part.content)

    def flush(self) -> None:
        """Print the line that has only begun, too."""
        self._print_text(self._unprinted)
        self._unprinted = b""

    def close(self) -> None:
        """Print what is left, and end the last line of a terminal."""
        self.flush()
        if self._is_inside_line:
            output.emit_bytes(b"\n")

    def _print(self, content: bytes) -> None:
        if self._is_raw:
            output.emit_bytes(content)
            return
        lines, newline, rest = (self._unprinted + content).rpartition(b"\n")
        self._unprinted = rest
        self._print_text(lines + newline)

    def _print_text(self, content: bytes) -> None:
        text = output.only_colors(content.decode("utf-8", "replace"))
        if text:
            self._is_inside_line = not text.endswith("\n")
            output.emit_bytes(text.encode("utf-8", "backslashreplace"))

"""Lines of logs as pages show them: numbered, each with a place to link to."""

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def numbered(text: str, first: int | None, marked: tuple[int, int] | None = None) -> SafeString:
    """Return whole lines of a log, of which some may be marked.

    Args:
        text: the lines, readable.
        first: the number of the first of them, None if it is not known.
        marked: the numbers of the first and the last that are marked.
    """
    if first is None:
        return SafeString(escape(text))
    lines = text.split("\n")
    last = lines.pop()
    start, end = marked or (0, 0)
    drawn = [_drawn(line, n, start <= n <= end) for n, line in enumerate(lines, first)]
    if last:
        n = first + len(lines)
        drawn.append(_drawn(last, n, start <= n <= end))
    return SafeString("\n".join(drawn) + ("" if last else "\n"))


def _drawn(line: str, number: int, is_marked: bool) -> str:
    text = f"<mark>{escape(line)}</mark>" if is_marked else escape(line)
    return f'<a id="L{number}" href="#L{number}" tabindex="-1">{number}</a>{text}'

"""What all pages show in the same way: statuses, bars, times, numbers, column headings."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django import template
from django.template import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from jobs.statuses import ENDED_BADLY, GLYPHS, JobStatus
from specification.texts.counts import agree, counted

register = template.Library()

SMALLEST_SHARE = 0.4
"""Percent of a bar that even one job among thousands gets, so that no failure is invisible."""


@register.simple_tag
def status(word: str, label: str = "") -> SafeString:
    """Return a status as glyph and word, so that color is never the only sign."""
    text = '<span class="st st-{}"><span class="glyph" aria-hidden="true">{}</span> {}</span>'
    return format_html(text, word, GLYPHS.get(word, "?"), label or word.replace("_", " "))


@register.filter("counted")
def counted_noun(n: int, nouns: str) -> str:
    """Return a count with its noun: ``{{ n|counted:"job" }}``, ``{{ n|counted:"query,queries" }}``.

    Args:
        n: how many.
        nouns: the singular; after a comma the plural, if it is not the singular with an s.
    """
    singular, _, plural = nouns.partition(",")
    return counted(n, singular, plural or None)


@register.filter("agree")
def agreeing_word(n: int, words: str) -> str:
    """Return the word that goes with a count: ``{{ n|agree:"is,are" }}``."""
    singular, _, plural = words.partition(",")
    return agree(n, singular, plural)


@register.filter
def count(counts: Mapping[str, int], word: str) -> int:
    """Return how many jobs have a status, 0 if the counts do not name it."""
    return counts.get(word, 0)


@register.filter
def ended_badly(word: str) -> bool:
    """Return whether a status word says that the job ended badly by itself."""
    return JobStatus.of_word(word) in ENDED_BADLY


@register.simple_tag(takes_context=True)
def preference(context: Context, name: str) -> str:
    """Return what this browser has chosen as its theme or its zone; empty for the default."""
    request = context.get("request")
    return request.COOKIES.get(name, "") if request else ""


@register.inclusion_tag("_column_heading.html", takes_context=True)
def heading(context: Context, name: str, label: str, kind: str = "") -> dict[str, Any]:
    """Return the heading of a column that a click sorts by: ascending, descending, not at all.

    Args:
        context: of the page, which knows the present sort.
        name: of the column in addresses.
        label: what the reader sees.
        kind: the CSS classes of the column.
    """
    directions = {name: ("ascending", f"-{name}"), f"-{name}": ("descending", None)}
    direction, following = directions.get(context["sort"], ("none", name))
    return {
        "direction": direction,
        "following": following,
        "label": label,
        "kind": kind,
    }


@register.filter
def glyph(word: str) -> str:
    """Return the sign of a status."""
    return GLYPHS.get(word, "?")


@register.simple_tag
def icon(word: str) -> str:
    """Return the address of the icon of a page that shows this status."""
    return static(f"icons/{word}.svg" if word in GLYPHS else "icon.svg")


def shares(counts: Mapping[str, int]) -> list[tuple[str, int, float, float]]:
    """Return status, count, start and width in percent of each non-empty part of a bar."""
    present = [(word, counts[word]) for word in GLYPHS if counts.get(word)]
    total = sum(count for _, count in present)
    raised = [(word, count, max(SMALLEST_SHARE, 100 * count / total)) for word, count in present]
    scale = 100 / (sum(width for _, _, width in raised) or 100)
    parts, start = [], 0.0
    for word, count, width in raised:
        parts.append((word, count, round(start, 3), round(width * scale, 3)))
        start += width * scale
    return parts


@register.simple_tag
def stack(counts: Mapping[str, int]) -> SafeString:
    """Return the stacked bar of a count per status; its text lists the same numbers."""
    parts = shares(counts)
    summary = ", ".join(f"{count:,} {word}" for word, count, _, _ in parts) or "no jobs"
    rects = format_html_join(
        "", '<rect class="fill-{}" x="{}%" width="{}%" height="100%"/>', _drawn(parts)
    )
    return format_html(
        '<svg class="stack" role="img" aria-label="{}"><title>{}</title>{}</svg>',
        summary,
        summary,
        rects,
    )


def _drawn(parts: list[tuple[str, int, float, float]]) -> list[tuple[str, float, float]]:
    drawn = [(word, start, width) for word, _, start, width in parts]
    return drawn + [("hatch", start, width) for word, start, width in drawn if word == "failed"]


@register.simple_tag
def tally(counts: Mapping[str, int]) -> SafeString:
    """Return the counts under a bar, each with its sign; the words are shown on hover."""
    present = [(word, counts[word]) for word in GLYPHS if counts.get(word)]
    text = (
        '<span class="st-{}" title="{}"><span aria-hidden="true">{}</span>'
        '\N{NO-BREAK SPACE}{} <span class="sr">{}</span></span>'
    )
    rows = ((word, word, GLYPHS[word], f"{count:,}", word) for word, count in present)
    return format_html('<span class="tally">{}</span>', format_html_join(" ", text, rows))


@register.simple_tag
def meter(used: float, total: float, label: str) -> SafeString:
    """Return a bar of how much of something is in use; its text is the label."""
    share = round(100 * min(used / total, 1), 2) if total else 0
    return format_html(
        '<svg class="stack" role="img" aria-label="{}"><title>{}</title>'
        '<rect class="fill-running" width="{}%" height="100%"/></svg>',
        label,
        label,
        share,
    )


@register.simple_tag
def stamp(at: datetime | None) -> SafeString:
    """Return a moment in full, in UTC; a script may rewrite it in the zone of the reader."""
    if at is None:
        return SafeString("\N{EN DASH}")
    utc = at.astimezone(UTC)
    text = f"{utc:%Y-%m-%d %H:%M:%S} UTC"
    return format_html('<time datetime="{}">{}</time>', utc.isoformat(), text)


@register.simple_tag
def ago(at: datetime | None) -> SafeString:
    """Return how long ago a moment was, with the full stamp on hover."""
    if at is None:
        return SafeString("\N{EN DASH}")
    utc = at.astimezone(UTC)
    return format_html(
        '<time class="ago" datetime="{}" title="{}">{}</time>',
        utc.isoformat(),
        f"{utc:%Y-%m-%d %H:%M:%S} UTC",
        distance((timezone.now() - utc).total_seconds()),
    )


def distance(seconds: float) -> str:
    """Return a span in one unit: past as ``3 min ago``, future as ``in 3 min``."""
    size = abs(seconds)
    units = ((86400 * 2, 86400, "d"), (5400, 3600, "h"), (90, 60, "min"), (0, 1, "s"))
    text = next(f"{size / unit:.0f} {name}" for least, unit, name in units if size >= least)
    if size < 5:
        return "just now"
    return f"{text} ago" if seconds > 0 else f"in {text}"


@register.filter
def duration(seconds: float | None) -> str:
    """Return a running time: ``40 ms``, ``4.2 s``, ``03:12``, ``2 h 05 m`` or ``3 d 04 h``."""
    if seconds is None:
        return ""
    if seconds < 0.95:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    total = int(seconds)
    if total < 3600:
        return f"{total // 60:02d}:{total % 60:02d}"
    hours, minutes = total // 3600, total % 3600 // 60
    return f"{hours} h {minutes:02d} m" if hours < 48 else f"{hours // 24} d {hours % 24:02d} h"


@register.filter
def thousands(number: int | None) -> str:
    """Return a count with separators."""
    return "" if number is None else f"{number:,}"


@register.filter
def size(n_bytes: float | None) -> str:
    """Return an amount of memory: ``7.9 GiB``."""
    if n_bytes is None:
        return ""
    amount, unit = float(n_bytes), "B"
    for name in ("KiB", "MiB", "GiB", "TiB"):
        if amount < 1024:
            break
        amount, unit = amount / 1024, name
    return f"{amount:.0f} {unit}" if unit == "B" or amount >= 100 else f"{amount:.1f} {unit}"


@register.filter
def amount(number: float) -> str:
    """Return a number with about three digits: ``0.04``, ``12.5``, ``1,248``."""
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


@register.simple_tag
def moment(milliseconds: int) -> SafeString:
    """Return a moment that is stored as milliseconds since 1970."""
    return stamp(datetime.fromtimestamp(milliseconds / 1000, UTC))

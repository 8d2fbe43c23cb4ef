from datetime import UTC, datetime

import pytest
from django.template import Context, RequestContext, Template
from django.test import RequestFactory

from pages.templatetags import looks


def test_a_status_is_told_by_glyph_word_and_class() -> None:
    html = looks.status("failed")
    assert 'class="st st-failed"' in html
    assert "✕" in html
    assert html.endswith("failed</span>")


def test_a_label_is_text_whatever_it_holds() -> None:
    assert "&lt;b&gt;" in looks.status("failed", "<b>")


def test_a_bar_keeps_its_order_and_puts_failures_last() -> None:
    parts = looks.shares({"failed": 1, "running": 2, "completed": 1})
    assert [word for word, *_ in parts] == ["completed", "running", "failed"]
    assert [width for *_, width in parts] == [25.0, 50.0, 25.0]
    assert [start for _, _, start, _ in parts] == [0.0, 25.0, 75.0]


def test_one_failure_among_many_thousands_is_still_seen() -> None:
    *_, (word, count, start, width) = looks.shares({"completed": 100_000, "failed": 1})
    assert (word, count) == ("failed", 1)
    assert width > 0.3
    assert start + width == pytest.approx(100, abs=0.01)


def test_no_jobs_make_an_empty_bar() -> None:
    assert looks.shares({}) == []
    assert "no jobs" in looks.stack({"failed": 0})


def test_a_bar_has_no_inline_style() -> None:
    html = looks.stack({"completed": 1, "failed": 2})
    assert "style" not in html
    assert html.count("<rect") == 3  # the hatching lies over the failed part


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "just now"),
        (4, "just now"),
        (30, "30 s ago"),
        (170, "3 min ago"),
        (13 * 3600, "13 h ago"),
        (9 * 86400, "9 d ago"),
        (-90 * 86400, "in 90 d"),
    ],
)
def test_distances_use_one_unit(seconds: float, text: str) -> None:
    assert looks.distance(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, ""),
        (0.04, "40 ms"),
        (4.2, "4.2 s"),
        (192, "03:12"),
        (7500, "2 h 05 m"),
        (276_000, "3 d 04 h"),
    ],
)
def test_durations_read_as_clocks_then_as_words(seconds: float | None, text: str) -> None:
    assert looks.duration(seconds) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.0417, "0.0417"), (0.5, "0.5"), (12.345, "12.3"), (99, "99"), (1248.4, "1,248")],
)
def test_amounts_have_about_three_digits(number: float, text: str) -> None:
    assert looks.amount(number) == text


def test_a_stamp_names_its_zone_and_carries_the_exact_moment() -> None:
    at = datetime(2026, 11, 21, 22, 4, 11, tzinfo=UTC)
    assert looks.stamp(at) == (
        '<time datetime="2026-11-21T22:04:11+00:00">2026-11-21 22:04:11 UTC</time>'
    )
    assert looks.stamp(None) == "\N{EN DASH}"


def test_a_tally_has_signs_for_the_eye_and_words_for_the_ear() -> None:
    html = looks.tally({"failed": 1_234, "completed": 2, "ready": 0})
    assert html.index("✓") < html.index("✕")
    assert "1,234" in html
    assert '<span class="sr">failed</span>' in html
    assert "ready" not in html


@pytest.mark.parametrize(
    ("used", "total", "width"), [(1, 4, "25.0%"), (9, 4, "100%"), (0, 0, "0%")]
)
def test_a_meter_is_never_fuller_than_full(used: int, total: int, width: str) -> None:
    assert f'width="{width}"' in looks.meter(used, total, "x")


@pytest.mark.parametrize(
    ("template", "texts"),
    [
        ('{{ n|counted:"job" }}', ["0 jobs", "1 job", "2 jobs", "1,250 jobs"]),
        ('{{ n|counted:"query,queries" }}', ["0 queries", "1 query", "2 queries", "1,250 queries"]),
        ('{{ n|agree:"is,are" }}', ["are", "is", "are", "are"]),
    ],
)
def test_counts_agree_with_their_words(template: str, texts: list[str]) -> None:
    page = Template("{% load looks %}" + template)
    assert [page.render(Context({"n": n})) for n in (0, 1, 2, 1250)] == texts


@pytest.mark.parametrize(
    ("sort", "direction", "link"),
    [
        ("name", "ascending", "?sort=-name"),
        ("-name", "descending", "?"),
        ("id", "none", "?sort=name"),
    ],
)
def test_a_heading_sorts_up_then_down_then_not_at_all(sort: str, direction: str, link: str) -> None:
    request = RequestFactory().get("/", {"page": 3})
    page = Template('{% load looks %}{% heading "name" "Name" "minor" %}')
    html = page.render(RequestContext(request, {"sort": sort}))
    assert f'aria-sort="{direction}"' in html
    assert f'href="{link}"' in html
    assert 'class="minor"' in html

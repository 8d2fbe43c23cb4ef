"""The sign of every job status, so that colour never says it alone."""

GLYPHS = {
    "completed": "✓",
    "running": "▶",
    "pending": "◔",
    "ready": "●",
    "blocked": "◌",
    "uninitialized": "\N{EN DASH}",
    "disabled": "\N{EN DASH}",
    "canceled": "⊘",
    "terminated": "■",
    "pending_failed": "✕",
    "failed": "✕",
}
"""Every status and its sign, in the order of the bars: failed last, where the eye ends."""

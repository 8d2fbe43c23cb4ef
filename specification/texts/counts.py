"""Counts with nouns and verbs that agree with them."""


def counted(n: int, noun: str, plural: str | None = None) -> str:
    """Return a count with its noun: ``1 job``, ``0 jobs``, ``1,250 jobs``.

    Args:
        n: how many.
        noun: its singular.
        plural: where it is not the singular with an s.
    """
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def agree(n: int, one: str, many: str) -> str:
    """Return the word that goes with a count: ``is`` or ``are``, ``it`` or ``them``."""
    return one if n == 1 else many

"""When files were last written, as the database remembers it."""

from __future__ import annotations

from collections.abc import Iterable

from database.sql import dumps, execute, rows_source


def store_mtimes(
    mtimes: Iterable[tuple[int, float]],
    *,
    tolerance: float = 0.0,
    only_new: bool = False,
    is_change: bool = False,
) -> None:
    """Store the times of files where they differ from those in the rows.

    Runs in the caller's transaction.

    Args:
        mtimes: (file id, seconds since 1970).
        tolerance: seconds by which a time may differ and still be the same.
        only_new: leave alone files that have a time already.
        is_change: the files were written anew, so their rows say at which revision of the workflow.
    """
    rows = [{"id": file_id, "at": mtime} for file_id, mtime in mtimes]
    if rows:
        execute(_update(only_new=only_new, is_change=is_change, tolerance=tolerance), [dumps(rows)])


def _update(*, only_new: bool, is_change: bool, tolerance: float) -> str:
    differs = "f.st_mtime IS NULL"
    if not only_new:
        differs += f" OR abs(f.st_mtime - v.at) > {tolerance!r}"
    revision = "(SELECT w.revision FROM workflows_workflow w WHERE w.id = f.workflow_id)"
    return f"""
        UPDATE userdata_file AS f
        SET st_mtime = v.at{f", changed_revision = {revision}" if is_change else ""}
        FROM {rows_source({"id": "bigint", "at": "float"})} WHERE f.id = v.id AND ({differs})"""

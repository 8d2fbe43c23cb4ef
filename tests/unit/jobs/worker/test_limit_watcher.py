import time
from pathlib import Path

from jobs.worker.limit_watcher import Watcher
from jobs.worker.usage import decoded
from tests.servers import wait_until


def test_what_a_tree_has_used_so_far_is_noted_until_it_ends(tmp_path: Path) -> None:
    watcher, notes = Watcher(on_limit=lambda *_: None), tmp_path / "1.use"
    watcher.start()
    watcher.add(1, tmp_path / "record", time.monotonic() - 60, None, None, notes)
    wait_until(notes.exists, 60, "the first note")
    assert len(decoded(notes.read_text())) >= 2
    watcher.remove(1)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_gone_costs_the_notes_and_no_look(tmp_path: Path) -> None:
    watcher = Watcher(on_limit=lambda *_: None)
    watcher.start()
    watched = watcher.add(
        1, tmp_path / "record", time.monotonic() - 60, None, None, tmp_path / "gone" / "1.use"
    )
    wait_until(lambda: watched.usage.n_samples > 2, 60, "looks after the first note")
    watcher.remove(1)

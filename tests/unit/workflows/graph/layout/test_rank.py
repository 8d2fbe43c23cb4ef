"""The column of each vertex."""

import pytest

from workflows.graph.layout.rank import longest_paths, tight_ranks


def test_columns_are_the_longest_paths_and_sources_stand_near_their_readers() -> None:
    pairs = [(0, 1), (1, 2), (0, 2), (2, 3), (4, 3)]
    assert longest_paths(5, pairs) == [0, 1, 2, 3, 0]
    assert tight_ranks(5, pairs) == [0, 1, 2, 3, 2]
    with pytest.raises(ValueError, match="circle"):
        longest_paths(2, [(0, 1), (1, 0)])

"""Files and user data as vertices."""

from workflows.graph.layout.data_vertices import DataVertices


def test_files_with_the_same_writers_and_readers_are_one_node() -> None:
    data = DataVertices()
    names = {at: f"out_{at}.csv" for at in range(5)} | {9: "config.json"}
    ends = {at: ([1], [2]) for at in range(5)} | {9: ([], [1, 2])}
    data.add("file", names, ends)
    assert [(vertex.label, vertex.n_jobs) for vertex in data.vertices.values()] == [
        ("out_*.csv", 5),
        ("config.json", 1),
    ]
    keys = list(data.vertices)
    assert data.edges == [
        (1, keys[0], "file", 5),
        (keys[0], 2, "file", 5),
        (keys[1], 1, "file", 1),
        (keys[1], 2, "file", 1),
    ]

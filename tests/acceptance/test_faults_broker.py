"""The broker is gone, wiped or talkative: messages are delivery notes and nothing more."""

import base64
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis

from tests.acceptance.installation import Installation
from tests.acceptance.ledger import Ledger, begin, finish, results_of, until, wait_for_nodes
from tests.servers import start_redis, wait_until

COPIES = 5


@contextmanager
def paused(pid: int | None) -> Iterator[None]:
    """Keep a process from running."""
    assert pid
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@pytest.fixture
def broker(installation: Installation) -> Iterator[Redis]:
    """Return a client of the embedded broker."""
    client = Redis(unix_socket_path=str(installation.folder / "run" / "broker.sock"))
    yield client
    client.close()


def queue_of(installation: Installation) -> str:
    """Return the name of the queue of the first node."""
    return f"cpu@{(installation.data_dir / 'node' / 'uid').read_text()}"


def waiting(broker: Redis, queue: str) -> list[bytes]:
    """Return the messages that nobody has taken."""
    return [bytes(message) for message in broker.lrange(queue, 0, -1)]  # type: ignore[arg-type]


def of_an_earlier_worker(message: bytes) -> bytes:
    """Return the message as it would have been for another incarnation of the worker."""
    envelope = json.loads(message)
    arguments, keywords, rest = json.loads(base64.b64decode(envelope["body"]))
    keywords["incarnation"] = "0" * 32
    body = json.dumps([arguments, keywords, rest]).encode()
    return json.dumps(envelope | {"body": base64.b64encode(body).decode()}).encode()


def test_a_message_delivered_five_times_starts_its_job_once(
    installation: Installation, ledger: Ledger, broker: Redis
) -> None:
    installation.start("--cpus", "6")
    wait_for_nodes(installation, 1)
    queue = queue_of(installation)
    with paused(installation.child("worker")):
        workflow_id = begin(installation, ledger, {f"job{n}": "sleep 0.3" for n in range(12)})
        wait_until(lambda: len(waiting(broker, queue)) >= 5, 10, "messages wait")
        sent = waiting(broker, queue)
        broker.rpush(queue, *(COPIES * sent))
        broker.rpush(queue, *map(of_an_earlier_worker, sent))
    results = finish(installation, ledger, workflow_id)
    assert [(row["return_code"], row["attempt_id"]) for row in results] == [(0, 1)] * 12

    installation.torc("workflows", "initialize", workflow_id)
    broker.rpush(queue, *sent)  # late: they name attempts of a run that is over
    wait_until(lambda: not waiting(broker, queue), 10, "the messages are read")
    assert len(ledger.entries("start")) == 12
    assert len(results_of(installation, workflow_id)) == 12


def test_a_broker_that_forgets_everything_delays_jobs_by_seconds(
    installation: Installation, ledger: Ledger, broker: Redis
) -> None:
    installation.start("--cpus", "4")
    wait_for_nodes(installation, 1)
    queue = queue_of(installation)
    with paused(installation.child("worker")):
        workflow_id = begin(installation, ledger, {f"job{n}": "sleep 0.2" for n in range(8)})
        wait_until(lambda: len(waiting(broker, queue)) >= 3, 10, "messages wait")
        broker.flushall()
    ledger.wait_for("start", 4, seconds=15)
    results = finish(installation, ledger, workflow_id)
    assert [row["return_code"] for row in results] == [0] * 8


def test_work_goes_on_while_the_broker_is_away(tmp_path: Path, ledger: Ledger) -> None:
    socket, log = tmp_path / "redis.sock", tmp_path / "redis.log"
    server = start_redis(socket, log)
    installation = Installation(tmp_path, TORC_BROKER_URL=f"redis+socket://{socket}")
    try:
        wait_until(socket.exists, 20, "Redis answers")
        installation.start("--cpus", "2")
        first = begin(installation, ledger, {f"job{n}": "sleep 1" for n in range(8)})
        ledger.wait_for("start", 1)
        server.terminate()
        server.wait()
        back_at = time.monotonic() + 10
        second = begin(installation, ledger, {"while_away": until(tmp_path / "go")})
        (tmp_path / "go").touch()
        ledger.wait_for("end", 9)
        wait_until(lambda: time.monotonic() > back_at, 11, "ten seconds have passed")
        server = start_redis(socket, log)
        wait_until(socket.exists, 20, "Redis answers again")
        third = begin(installation, ledger, {"after": "true"})
        results = finish(installation, ledger, first, second, third)
        assert [row["return_code"] for row in results] == [0] * 10
        with Redis(unix_socket_path=str(socket)) as client:
            queue = queue_of(installation)
            wait_until(lambda: not waiting(client, queue), 20, "the worker reads again")
    finally:
        installation.close()
        server.terminate()
        server.wait()

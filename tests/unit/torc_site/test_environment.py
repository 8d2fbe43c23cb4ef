"""How the text of each variable becomes a value, or a refusal that names the remedy."""

import re
from pathlib import Path

import pytest

from torc_site import environment
from torc_site.environment import Environment, SettingError

DOCUMENT = environment.PROJECT_DIR / "docs" / "settings.md"


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "http://127.0.0.1:8080"),
        ({"TORC_PORT": "9000"}, "http://127.0.0.1:9000"),
        ({"TORC_HOST": "0.0.0.0", "TORC_PORT": "9000"}, "http://127.0.0.1:9000"),
        ({"TORC_HOST": "::1"}, "http://[::1]:8080"),
        ({"TORC_HOST": "10.0.0.7"}, "http://10.0.0.7:8080"),
    ],
)
def test_this_machine_reaches_the_server_at_its_local_address(
    variables: dict[str, str], expected: str
) -> None:
    assert Environment(variables).local_url == expected


def test_the_public_address_is_the_proxys_when_there_is_one() -> None:
    settings = Environment({"TORC_PUBLIC_URL": "https://torc.example.org/"})
    assert settings.public_url == "https://torc.example.org"
    assert "torc.example.org" in settings.allowed_hosts


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", None), ("64g", 64 * 2**30), ("512M", 512 * 2**20), ("1GiB", 2**30), ("4096", 4096)],
)
def test_a_size_has_a_unit(text: str, expected: int | None) -> None:
    assert Environment({"TORC_MEMORY": text}).memory == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgres://ann:p%40ss@db.example.org:6432/torc",
            ("torc", "ann", "p@ss", "db.example.org", "6432", {}),
        ),
        (
            "postgresql://ann@/torc?host=/run/pg&sslmode=require",
            ("torc", "ann", "", "/run/pg", "", {"sslmode": "require"}),
        ),
    ],
)
def test_a_database_url_names_a_postgresql_server(url: str, expected: tuple[object, ...]) -> None:
    database = Environment({"TORC_DATABASE_URL": url}).server_database
    names = ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    assert tuple(database[name] for name in names) == expected


@pytest.mark.parametrize(
    ("variables", "attribute", "remedy"),
    [
        ({"TORC_PORT": "eighty"}, "port", "TORC_PORT='eighty': write a whole number from 1"),
        ({"TORC_PORT": "70000"}, "port", "from 1 to 65535"),
        ({"TORC_PORT": "-1"}, "port", "write a whole number"),
        ({"TORC_DATABASE_URL": "mysql://h/d"}, "server_database", "write postgres://"),
        ({"TORC_DATABASE_URL": "postgres://h:x/d"}, "server_database", "port is not a number"),
        ({"TORC_DATABASE_URL": "postgres://h"}, "server_database", "write postgres://"),
        ({"TORC_BROKER_URL": "kafka://h"}, "broker_url", "write redis://HOST"),
        ({"TORC_LOST_SECONDS": "269"}, "lost_seconds", "write at least 270"),
        ({"TORC_LEASE_SECONDS": "600"}, "lost_seconds", "write at least 630"),
        ({"TORC_LEASE_SECONDS": "5"}, "lease_seconds", "from 30 to"),
        ({"TORC_MEMORY": "lots"}, "memory", "such as 64g"),
        ({"TORC_MEMORY": "0g"}, "memory", "such as 64g"),
        ({"TORC_OVERSIZED_JOBS": "maybe"}, "oversized_jobs", "write run or hold"),
        ({"TORC_UMASK": "8"}, "umask", "octal"),
        ({"TORC_UMASK": "1777"}, "umask", "octal"),
        ({"TORC_UMASK": "-1"}, "umask", "octal"),
        ({"TORC_LOG_LEVEL": "loud"}, "log_level", "write DEBUG or INFO"),
        ({"TORC_PUBLIC_URL": "torc.example.org"}, "public_url", "write http://HOST"),
        ({"TORC_PUBLIC_URL": "https://h/torc"}, "public_url", "without a path"),
        ({"TORC_ALLOWED_HOSTS": "*"}, "allowed_hosts", "write host names"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_remedy(
    variables: dict[str, str], attribute: str, remedy: str
) -> None:
    with pytest.raises(SettingError, match=re.escape(remedy)):
        getattr(Environment(variables), attribute)


def test_a_password_is_not_repeated_in_a_refusal() -> None:
    with pytest.raises(SettingError) as refusal:
        _ = Environment({"TORC_DATABASE_URL": "mysql://ann:secret@h/d"}).server_database
    assert "secret" not in str(refusal.value)


def test_a_misspelled_variable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORC_DATBASE_URL", "postgres://h/d")
    with pytest.raises(SettingError, match="did you mean TORC_DATABASE_URL"):
        environment.current()


def test_a_relative_data_folder_is_taken_from_here() -> None:
    assert Environment({"TORC_DATA_DIR": "data"}).data_dir == Path.cwd() / "data"


def test_every_variable_is_documented_with_its_default() -> None:
    rows = re.findall(r"^\| `(TORC_\w+)` \| (?:`([^`]*)`)? *\|", DOCUMENT.read_text(), re.M)
    assert rows == list(environment.DEFAULTS.items())


def test_no_code_reads_a_variable_that_is_not_in_the_table() -> None:
    packages = (
        *("torc_site", "pages", "api", "workflows", "jobs", "userdata", "accounts", "web"),
        *("specification", "torc_cli"),
    )
    files = [path for name in packages for path in (environment.PROJECT_DIR / name).rglob("*.py")]
    named = {name for path in files for name in re.findall(r'"(TORC_[A-Z_]+)"', path.read_text())}
    assert named <= set(environment.DEFAULTS)

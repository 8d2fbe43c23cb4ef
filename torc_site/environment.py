"""Every TORC_ variable: its name, its default, and how its text becomes a value."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from torc_site.postgresql import parse_url

PROJECT_DIR = Path(__file__).resolve().parent.parent
"""The checkout, or the folder of packages where this is installed as one."""
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")
ENDING = 30  # seconds: 5 until a parent looks, 15 for its jobs to end, 10 by which clocks differ
SIZE_UNITS = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}


def resources(name: str) -> Path:
    """Return the folder of templates or static files: in a wheel inside this package."""
    inside = PROJECT_DIR / "torc_site" / name
    return inside if inside.is_dir() else PROJECT_DIR / name


class SettingError(ValueError):
    """A TORC_ variable that cannot be used; the text names it and the remedy."""


DEFAULTS = {
    "TORC_DATA_DIR": "~/.local/share/torc",
    "TORC_HOST": "127.0.0.1",
    "TORC_PORT": "8080",
    "TORC_PUBLIC_URL": "",
    "TORC_ALLOWED_HOSTS": "",
    "TORC_TRUSTED_PROXIES": "",
    "TORC_DATABASE_URL": "",
    "TORC_BROKER_URL": "",
    "TORC_SECRET_KEY": "",
    "TORC_RUN_DIR": "",
    "TORC_WEB_PROCESSES": "2",
    "TORC_WEB_THREADS": "8",
    "TORC_LOG_LEVEL": "INFO",
    "TORC_NODE_DIR": "",
    "TORC_NUM_CPUS": "",
    "TORC_MEMORY": "",
    "TORC_NUM_GPUS": "",
    "TORC_TAGS": "",
    "TORC_OVERSIZED_JOBS": "",
    "TORC_UMASK": "",
    "TORC_LEASE_SECONDS": "240",
    "TORC_LOST_SECONDS": "300",
    "TORC_API_URL": "",
    "TORC_TOKEN": "",
    "TORC_DEBUG": "",
    "TORC_RETRY": "1200",
    "TORC_WORKFLOW_ID": "",
    "TORC_JOB_ID": "",
    "TORC_JOB_NAME": "",
    "TORC_RUN_ID": "",
    "TORC_ATTEMPT_ID": "",
    "TORC_RETRIES_LEFT": "",
    "TORC_MEMORY_BYTES": "",
    "TORC_RUNTIME_SECONDS": "",
    "TORC_WORKFLOW_SUBMISSION_DIR": "",
    "TORC_OUTPUT_DIR": "",
    "TORC_RECORD": "",
}
"""Every variable and its default; docs/settings.md says what each means and who reads it."""


@dataclass(frozen=True)
class Environment:
    """The settings of server and worker; each is checked when it is read."""

    variables: Mapping[str, str]

    def text(self, name: str) -> str:
        """Return the variable's text without spaces around it, or its default."""
        return self.variables.get(name, "").strip() or DEFAULTS[name]

    def number(self, name: str, low: int, high: int) -> int:
        """Return a whole number within the bounds.

        Raises:
            SettingError: it is not a number, or out of bounds.
        """
        text = self.text(name)
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise SettingError(f"{name}={text!r}: write a whole number from {low} to {high}.")
        return int(text)

    def optional_number(self, name: str, low: int, high: int) -> int | None:
        """Return a whole number, or None when the variable is empty."""
        return self.number(name, low, high) if self.text(name) else None

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """Return one of the choices.

        Raises:
            SettingError: it is none of them.
        """
        text = self.text(name)
        if text not in choices:
            raise SettingError(f"{name}={text!r}: write {' or '.join(filter(None, choices))}.")
        return text

    def words(self, name: str) -> tuple[str, ...]:
        """Return the comma-separated words."""
        return tuple(word.strip() for word in self.text(name).split(",") if word.strip())

    @cached_property
    def data_dir(self) -> Path:
        """The data folder, as an absolute path."""
        return self._folder("TORC_DATA_DIR")

    @cached_property
    def node_dir(self) -> Path:
        """The folder with this node's identity and the records of its attempts."""
        is_set = self.text("TORC_NODE_DIR")
        return self._folder("TORC_NODE_DIR") if is_set else self.data_dir / "node"

    def _folder(self, name: str) -> Path:
        return Path(self.text(name)).expanduser().absolute()

    @property
    def host(self) -> str:
        """The address to listen on."""
        return self.text("TORC_HOST")

    @property
    def is_loopback(self) -> bool:
        """The web server listens on an address that only this machine can reach."""
        return self.host in LOOPBACK_HOSTS or self.host.startswith("127.")

    @property
    def port(self) -> int:
        """The web server's port."""
        return self.number("TORC_PORT", 1, 65535)

    @property
    def local_url(self) -> str:
        """The web server's address as this machine reaches it."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}.get(self.host, self.host)  # noqa: S104
        return f"http://{host}:{self.port}"

    @property
    def public_url(self) -> str:
        """The address that people type into a browser, without a slash at its end.

        Raises:
            SettingError: it is not an http or https address without a path.
        """
        url = (self.text("TORC_PUBLIC_URL") or self.local_url).rstrip("/")
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path:
            raise SettingError(
                f"TORC_PUBLIC_URL={url!r}: write http://HOST or https://HOST, without a path."
            )
        return url

    @property
    def api_url(self) -> str:
        """The address of the API for the jobs of this node."""
        return self.text("TORC_API_URL") or f"{self.local_url}/torc-service/v1"

    @property
    def allowed_hosts(self) -> list[str]:
        """The host names the server answers to."""
        names = ["127.0.0.1", "localhost", "[::1]", "torc.localhost"]
        public = urlsplit(self.public_url).hostname or ""
        for word in (*self.words("TORC_ALLOWED_HOSTS"), public):
            if word in ("*", ".") or "/" in word:
                raise SettingError(
                    f"TORC_ALLOWED_HOSTS={word!r}: write host names, such as torc.example.org."
                )
            if word not in names and ":" not in word:
                names.append(word)
        return names

    @property
    def trusted_proxies(self) -> list[IPv4Network | IPv6Network]:
        """The networks whose X-Forwarded-For is believed.

        Raises:
            SettingError: one is no address and no network.
        """
        try:
            return [ip_network(word) for word in self.words("TORC_TRUSTED_PROXIES")]
        except ValueError as error:
            raise SettingError(
                f"TORC_TRUSTED_PROXIES: {error}: write addresses or networks,"
                " such as 127.0.0.1,10.0.0.0/8."
            ) from None

    @property
    def broker_url(self) -> str:
        """The broker; empty means the embedded one.

        Raises:
            SettingError: its scheme is not known.
        """
        url = self.text("TORC_BROKER_URL")
        schemes = ("redis", "rediss", "redis+socket", "amqp", "amqps")
        if url and urlsplit(url).scheme not in schemes:
            raise SettingError(
                f"TORC_BROKER_URL starts with {urlsplit(url).scheme!r}:"
                " write redis://HOST:6379/0 or amqp://USER:PASSWORD@HOST//."
            )
        return url

    @property
    def log_level(self) -> str:
        """The name of the lowest level that is logged."""
        return self.choice("TORC_LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"))

    @property
    def oversized_jobs(self) -> str:
        """What happens to jobs that are too large for any node: `run`, `hold`, or empty.

        Empty means `run` where there is one node, `hold` where there are several.
        """
        return self.choice("TORC_OVERSIZED_JOBS", ("", "run", "hold"))

    @property
    def umask(self) -> int | None:
        """The umask of jobs, or None when it is not set.

        Raises:
            SettingError: it is not an octal number up to 777.
        """
        text = self.text("TORC_UMASK")
        if not text:
            return None
        if not set(text) <= set("01234567") or int(text, 8) > 0o777:
            raise SettingError(f"TORC_UMASK={text!r}: write an octal number, such as 022.")
        return int(text, 8)

    @property
    def lease_seconds(self) -> int:
        """For how long a node that is cut off from the database may go on with its jobs."""
        return self.number("TORC_LEASE_SECONDS", 30, 86400)

    @property
    def lost_seconds(self) -> int:
        """After how long a silence others take a node's jobs, which it has ended by then."""
        lost, shortest = self.number("TORC_LOST_SECONDS", 1, 604800), self.lease_seconds + ENDING
        if lost < shortest:
            why = f"{ENDING} more than TORC_LEASE_SECONDS, in which a node ends its jobs"
            raise SettingError(f"TORC_LOST_SECONDS={lost}: write at least {shortest}, {why}.")
        return lost

    @property
    def memory(self) -> int | None:
        """How many bytes of memory this node offers, or None to detect them.

        Raises:
            SettingError: it is not a size.
        """
        text = self.text("TORC_MEMORY").lower().removesuffix("ib").removesuffix("b")
        if not text:
            return None
        digits = text.rstrip("kmgt")
        unit = text[len(digits) :]
        if not (digits.isascii() and digits.isdigit() and unit in SIZE_UNITS and int(digits)):
            raise SettingError(f"TORC_MEMORY={text!r}: write a size, such as 64g or 512m.")
        return int(digits) * SIZE_UNITS[unit]

    @property
    def uses_sqlite(self) -> bool:
        """The database is the data folder's SQLite file."""
        return not self.text("TORC_DATABASE_URL")

    @property
    def server_database(self) -> dict[str, Any]:
        """Django's connection parameters for the PostgreSQL server; SettingError for a bad URL."""
        try:
            return parse_url(self.text("TORC_DATABASE_URL"))
        except ValueError as error:
            raise SettingError(str(error)) from None


def current() -> Environment:
    """Return this process's settings.

    Raises:
        SettingError: the name of a variable is almost that of a setting.
    """
    unknown = [name for name in os.environ if name.startswith("TORC_") and name not in DEFAULTS]
    for name in unknown:
        from difflib import get_close_matches  # only a misspelling pays for it

        if close := get_close_matches(name, DEFAULTS, n=1, cutoff=0.85):
            raise SettingError(f"{name} is not a setting: did you mean {close[0]}?")
    return Environment(dict(os.environ))

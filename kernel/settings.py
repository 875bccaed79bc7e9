"""Every setting of the program: one frozen object, read once from the environment (`GALLERIA_<NAME>`).

A setting says what it means, its unit (in its name) and its default; docs/operations.md shows the table made
from here. Secrets come from the environment or from files only their owner can read, never from a settings file.
"""

import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

PREFIX = "GALLERIA_"
DATABASE = "galleria"
KEY_FILE = "secret.key"
LONGEST_PORT = 65535

_settings: "Settings | None" = None


class BadSetting(ValueError):
    """A setting cannot be understood; the message names the variable, what it holds and what it may hold."""


def _about(meaning: str, choices: tuple[str, ...] = (), least: int | None = None, secret: bool = False) -> dict[str, Any]:
    return {"meaning": meaning, "choices": choices, "least": least, "secret": secret}


def _setting(default: Any, meaning: str, *, choices: tuple[str, ...] = (), least: int | None = None, secret: bool = False) -> Any:
    return field(default=default, repr=not secret, metadata=_about(meaning, choices, least, secret))


@dataclass(frozen=True)
class Settings:
    """What an operator may decide. Make it with `load`; change a copy with `with_`."""

    data_dir: Path = field(
        default=Path("var"), metadata=_about("Folder of everything this installation keeps: database, files, mails, secret key.")
    )
    host: str = _setting("127.0.0.1", "Address the web server listens on. Put a proxy that speaks HTTPS before it for anything public.")
    port: int = _setting(8000, "Port the web server listens on; 0 takes any free one.", least=0)
    base_domain: str = _setting("localhost", "New tenants get the address `<tenant>.<base domain>`.")
    scheme: str = _setting("http", "How visitors reach the shops; `https` also makes cookies secure.", choices=("http", "https"))
    trusted_proxies: str = _setting("", "Addresses of proxies whose X-Forwarded-For and -Proto are believed, separated by commas.")
    web_workers: int = _setting(2, "Web processes.", least=1)
    threads: int = _setting(6, "Threads, and database connections, of each web process.", least=1)
    database_wait_seconds: int = _setting(2, "How long a request waits for a free connection before it answers 503.", least=1)
    drain_seconds: int = _setting(8, "How long a stopping process may finish what it has begun.", least=1)
    database_url: str = _setting(
        "", "Database of your own, as galleria_app (`postgresql://galleria_app:…@host/galleria`). Empty: the embedded server.", secret=True
    )
    database_owner_url: str = _setting("", "The same as galleria_owner, for migrations. Empty: derived, without password.", secret=True)
    database_relay_url: str = _setting("", "The same as galleria_relay, for the worker. Empty: derived, without password.", secret=True)
    secret_key: str = _setting("", "Signs links and cursors. Empty: made once and kept in the data folder as secret.key.", secret=True)
    mail_url: str = _setting("", "`smtp://user:password@host:587` or `smtps://…`. Empty: files in the data folder's mail.", secret=True)
    mail_sender: str = _setting("Galleria <no-reply@localhost>", "Sender of mails of tenants that have not set their own.")
    files_url: str = _setting("", "`s3://bucket/prefix?region=…&endpoint=…`. Empty: the data folder's files.", secret=True)
    outbound_allow: str = _setting(
        "",
        "Servers of your own that may be called though they are not public, as `host:port`, separated by commas: by the webhooks"
        " and the pictures of imports of every tenant.",
    )
    meilisearch_url: str = _setting(
        "",
        "Address of a Meilisearch server (1.15 or newer) that answers searches for a text, as `http://127.0.0.1:7700`. Empty: the"
        " embedded engine answers, as it does whenever that server is away.",
    )
    meilisearch_key: str = _setting(
        "", "The key to it: its master key, or one that may do everything with indexes `galleria-*` and ask for the version.", secret=True
    )
    log_level: str = _setting("info", "Least important log lines that are written.", choices=("debug", "info", "warning", "error"))
    log_format: str = _setting("auto", "`auto` writes for people on a terminal and JSON elsewhere.", choices=("auto", "json", "console"))
    staff_idle_minutes: int = _setting(30, "A staff member's session ends after so long without a request.", least=1)
    customer_idle_days: int = _setting(30, "A customer's session ends after so long without a request.", least=1)
    sign_in_failures: int = _setting(
        100, "Sign-ins that may fail within a quarter of an hour from one network (an address, or an IPv6 /64), over all accounts.", least=1
    )
    invitations_per_hour: int = _setting(60, "Invitations that one person may send within an hour.", least=1)
    invitations_per_day: int = _setting(1000, "Invitations that one tenant may send within a day.", least=1)
    guest_orders_per_address: int = _setting(
        10, "Orders without signing in that one mail address may place within an hour; 0 for no limit.", least=0
    )
    guest_orders_per_network: int = _setting(
        30, "Orders without signing in that may come from one network (an address, or an IPv6 /64) within an hour; 0 for no limit.", least=0
    )
    searches_per_minute: int = _setting(
        3000,
        "Searches and suggestions that one network (an address, or an IPv6 /64) may have made anew by each web process within a"
        " minute; 0 for no limit. What the page cache answers is not counted.",
        least=0,
    )
    style_guide: str = _setting("no", "Show every part that pages are made of at /styleguide of every shop.", choices=("no", "yes"))
    page_cache_megabytes: int = _setting(32, "Finished pages each web process keeps in memory.", least=0)

    @classmethod
    def load(cls, environment: Mapping[str, str] | None = None, **chosen: Any) -> "Settings":
        """From the environment; `chosen` (command line options) wins where it is not None.

        Raises BadSetting for a value that cannot be read and for a GALLERIA_ name that does not exist.
        """
        environment = os.environ if environment is None else environment
        known = {variable(f): f for f in fields(cls)}
        if unknown := sorted(name for name in environment if name.startswith(PREFIX) and name not in known):
            raise BadSetting(f"There is no setting {unknown[0]}. docs/operations.md lists all of them.")
        values = {f.name: _read(f, environment[name]) for name, f in known.items() if name in environment}
        values |= {name: value for name, value in chosen.items() if value is not None}
        return cls(**values)

    def __post_init__(self) -> None:
        for f in fields(self):
            value, least, choices = getattr(self, f.name), f.metadata["least"], f.metadata["choices"]
            if least is not None and value < least:
                raise BadSetting(f"{variable(f)} is {value}; the least is {least}.")
            if choices and value not in choices:
                raise BadSetting(f"{variable(f)} is {value!r}; it may be {', '.join(choices)}.")
        if self.port > LONGEST_PORT:
            raise BadSetting(f"{PREFIX}PORT is {self.port}; the highest port is {LONGEST_PORT}.")
        object.__setattr__(self, "data_dir", Path(self.data_dir).expanduser().absolute())

    def with_(self, **changes: Any) -> "Settings":
        """A copy with some settings changed."""
        return replace(self, **changes)

    def environment(self) -> dict[str, str]:
        """The variables that make `load` return these settings again, for processes started by this one."""
        return {variable(f): str(getattr(self, f.name)) for f in fields(self) if getattr(self, f.name) != f.default}

    @property
    def is_embedded(self) -> bool:
        """Do we run the database ourselves?"""
        return not self.database_url

    @property
    def postgres_dir(self) -> Path:
        """Home of the embedded server."""
        return self.data_dir / "postgres"

    @property
    def files_dir(self) -> Path:
        """Uploaded and made files, where no S3 address is set."""
        return self.data_dir / "files"

    @property
    def mail_dir(self) -> Path:
        """Mails as files, where no SMTP address is set."""
        return self.data_dir / "mail"

    @property
    def metrics_dir(self) -> Path:
        """Where the processes put their figures together for /metrics."""
        return self.data_dir / "metrics"

    @property
    def welcome_file(self) -> Path:
        """Words for whoever starts the program, shown when everything runs; a demo leaves its log-ins there."""
        return self.data_dir / "welcome.txt"

    @property
    def log_style(self) -> Literal["json", "console"]:
        """`log_format`, with `auto` decided by whether a person is looking."""
        if self.log_format == "auto":
            return "console" if sys.stdout.isatty() else "json"
        return "json" if self.log_format == "json" else "console"

    @property
    def proxies(self) -> tuple[str, ...]:
        """`trusted_proxies` one by one."""
        return tuple(part.strip() for part in self.trusted_proxies.split(",") if part.strip())

    @property
    def outbound_exceptions(self) -> tuple[str, ...]:
        """`outbound_allow` one by one."""
        return tuple(part.strip() for part in self.outbound_allow.split(",") if part.strip())

    @cached_property
    def signing_key(self) -> bytes:
        """The secret that signs links: the setting, else the data folder's own, made at first use (mode 0600)."""
        if self.secret_key:
            return self.secret_key.encode()
        path = self.data_dir / KEY_FILE
        if not path.exists():
            _write_key(path)
        return path.read_text().strip().encode()


def variable(setting: Field[Any]) -> str:
    """The name of a setting's environment variable."""
    return PREFIX + setting.name.upper()


def settings_table() -> str:
    """All settings as a Markdown table, for docs/operations.md."""
    lines = ["| variable | default | meaning |", "| --- | --- | --- |"]
    for f in fields(Settings):
        default = f"`{f.default}`" if str(f.default) else "empty"
        choices = f" One of {', '.join(f'`{c}`' for c in f.metadata['choices'])}." if f.metadata["choices"] else ""
        secret = " Secret." if f.metadata["secret"] else ""
        lines.append(f"| `{variable(f)}` | {default} | {f.metadata['meaning']}{choices}{secret} |")
    return "\n".join(lines)


def _read(setting: Field[Any], text: str) -> Any:
    if setting.type in ("int", int):
        if not text.strip().isdecimal():
            raise BadSetting(f"{variable(setting)} is {text!r}; it takes a whole number.")
        return int(text)
    if setting.type in ("Path", Path):
        return Path(text)
    return text


def _write_key(path: Path) -> None:
    """Makes the key file so that two processes starting together end with the same key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was faster; its key counts
    finally:
        draft.unlink()


def use(settings: Settings | None) -> None:
    """Sets the process's settings (start-up and tests)."""
    global _settings
    _settings = settings


def current() -> Settings:
    """The process's settings; read from the environment where nobody has set them."""
    global _settings
    if _settings is None:
        _settings = Settings.load()
    return _settings

"""Settings come from the environment, say what is wrong with them, and travel to child processes."""

import stat
from pathlib import Path

import pytest

from kernel.settings import BadSetting, Settings


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = Settings.load({})
    assert (settings.host, settings.port, settings.web_workers, settings.threads) == ("127.0.0.1", 8000, 2, 6)
    assert settings.data_dir == Path.cwd() / "var"
    assert (settings.staff_idle_minutes, settings.customer_idle_days) == (30, 30)
    assert settings.is_embedded


def test_the_environment_overrides_and_options_override_the_environment() -> None:
    environment = {"GALLERIA_PORT": "9000", "GALLERIA_BASE_DOMAIN": "shops.example", "HOME": "/root"}
    assert Settings.load(environment).port == 9000
    chosen = Settings.load(environment, port=9100, data_dir=None)
    assert (chosen.port, chosen.base_domain) == (9100, "shops.example")


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("GALLERIA_PORT", "eighty", "takes a whole number"),
        ("GALLERIA_PORT", "70000", "highest port is 65535"),
        ("GALLERIA_WEB_WORKERS", "0", "the least is 1"),
        ("GALLERIA_LOG_LEVEL", "loud", "may be debug, info, warning, error"),
        ("GALLERIA_PROT", "8000", "There is no setting GALLERIA_PROT"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name(name: str, text: str, says: str) -> None:
    with pytest.raises(BadSetting, match=says) as refusal:
        Settings.load({name: text})
    assert name in str(refusal.value)


def test_settings_travel_to_a_child_process_whole(tmp_path: Path) -> None:
    settings = Settings.load({}, data_dir=tmp_path, port=8123, secret_key="s3cret", mail_url="smtp://localhost:25")
    assert Settings.load(settings.environment()) == settings
    assert "GALLERIA_WEB_WORKERS" not in settings.environment()


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    shown = repr(Settings.load({"GALLERIA_SECRET_KEY": "canary", "GALLERIA_DATABASE_URL": "postgresql://a:canary@b/c"}))
    assert "canary" not in shown


def test_the_signing_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    first = Settings.load({}, data_dir=tmp_path).signing_key
    assert len(first) == 64
    assert Settings.load({}, data_dir=tmp_path).signing_key == first
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["secret.key"]


def test_a_signing_key_of_the_operator_wins_over_the_file(tmp_path: Path) -> None:
    settings = Settings.load({"GALLERIA_SECRET_KEY": "mine"}, data_dir=tmp_path)
    assert settings.signing_key == b"mine"
    assert list(tmp_path.iterdir()) == []


def test_proxies_are_a_list() -> None:
    assert Settings.load({"GALLERIA_TRUSTED_PROXIES": "10.0.0.1, 10.0.0.2,"}).proxies == ("10.0.0.1", "10.0.0.2")

"""The settings: all problems are listed at once, and no secret is ever printed."""

from __future__ import annotations

import zoneinfo
from importlib.util import find_spec
from pathlib import Path

import pytest

from callin.config import SETTINGS, ConfigError, Settings, read, read_only
from callin.config.kinds import zone_named
from tests.support.station import APPLICATION_SETTINGS, new_environment

SECRET_NAMES = [setting.name for setting in SETTINGS if setting.is_secret]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return new_environment(tmp_path, 8080, 9100)


def problems(environment: dict[str, str], *, for_setup: bool = False) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(environment, for_setup=for_setup)
    return caught.value.problems


def test_a_rehearsals_environment_is_complete(environment: dict[str, str]) -> None:
    settings = read(environment)
    assert settings.is_rehearsal
    assert settings.dj_phones == tuple(environment["DJ_PHONES"].split(","))
    assert settings.port == 8080
    assert settings.desk_sound == "headset"
    assert settings.store == environment["STORE"]


def test_the_table_and_the_settings_have_the_same_names_in_the_same_order() -> None:
    assert [setting.name.lower() for setting in SETTINGS] == list(Settings.__struct_fields__)


def test_each_kind_gives_the_type_that_the_settings_declare(environment: dict[str, str]) -> None:
    settings = read(environment | {"DJ_PIN": "4711"})
    types = {"str": str, "int": int, "bool": bool, "tuple[str, ...]": tuple, "tuple[kinds.Network, ...]": tuple}
    for name, declared in Settings.__annotations__.items():
        assert type(getattr(settings, name)) is types[declared]


def test_an_empty_environment_names_everything_that_is_missing_at_once() -> None:
    told = problems({})
    required = [setting.name for setting in SETTINGS if setting.default is None]
    for name in required:
        assert any(problem.startswith(f"{name} is not set.") for problem in told), name
    assert len(told) == len(required)


def test_every_wrong_value_is_told_at_once(environment: dict[str, str]) -> None:
    wrong = {
        "TWILIO_ACCOUNT_SID": "AC12",
        "TWILIO_APP_SID": "nonsense",
        "TWILIO_LISTENER_NUMBER": "020 7946 0100",
        "DJ_PHONES": "+447700900999, 12",
        "PUBLIC_URL": "ftp://example.org",
        "TRUSTED_PROXIES": "127.0.0.1, the proxy",
        "STORE": "mysql://x",
        "TWILIO_SIGNALING_HOST": "https://x/",
        "DESK_SOUND": "loud",
        "CALL_LIMIT_SECONDS": "five minutes",
        "BLOCKED_CALLERS_HEAR": "music",
        "RETENTION_DAYS": "a year",
        "PORT": "99999",
    }
    told = "\n".join(problems(environment | wrong))
    for name, value in wrong.items():
        assert f"{name} must" in told
        assert value.split(",")[-1].strip() in told, "a value that is not secret is shown"


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_no_secret_is_printed(environment: dict[str, str], name: str) -> None:
    wrong, right = "s3cret", "s3cret0123456789abcdefABCDEF01234567"
    right = {"DJ_PIN": "9081", "ALERT_WEBHOOK": f"https://hooks.example/{right}"}.get(name, right)
    assert wrong not in "\n".join(problems(environment | {name: wrong, "PORT": "none"}))
    assert right not in repr(read(environment | {name: right}))


def test_spaces_around_a_value_are_forgiven(environment: dict[str, str]) -> None:
    padded = {name: f" {value} " for name, value in environment.items()}
    assert read(padded).public_url == environment["PUBLIC_URL"]


@pytest.mark.parametrize(
    "public_url",
    [
        "http://example.org",
        "https://example.org/app",
        "https://user@example.org",
        "https://",
        "example.org",
        "https://a:b",
    ],
)
def test_the_public_address_must_be_one_that_signatures_can_be_checked_against(
    environment: dict[str, str], public_url: str
) -> None:
    assert any(problem.startswith("PUBLIC_URL must") for problem in problems(environment | {"PUBLIC_URL": public_url}))


def test_the_warning_comes_before_the_limit_where_both_are_set(environment: dict[str, str]) -> None:
    times = {"CALL_WARNING_SECONDS": "300", "CALL_LIMIT_SECONDS": "300"}
    assert any("the warning comes first" in problem for problem in problems(environment | times))
    for one in times.items():
        assert read(environment | dict([one])).is_rehearsal
    assert read(environment | times | {"CALL_WARNING_SECONDS": "240"}).call_warning_seconds == 240


def test_a_slash_after_the_public_address_is_taken_off(environment: dict[str, str]) -> None:
    assert read(environment | {"PUBLIC_URL": "http://localhost:8080/"}).public_url == "http://localhost:8080"


@pytest.mark.parametrize(
    "changes",
    [
        {"TWILIO_API_URL": ""},
        {"TWILIO_API_URL": "https://api.example.org"},
        {"PUBLIC_URL": "https://station.example.org"},
        {"PUBLIC_URL": "https://127.0.0.1.example.org"},
        {"GAE_ENV": "standard", "STORE": "firestore:"},
        {"GAE_ENV": "flex"},
    ],
)
def test_settings_that_reach_outside_this_machine_are_not_a_rehearsals(
    environment: dict[str, str], changes: dict[str, str]
) -> None:
    assert not read(environment | {"DJ_PIN": "4711"} | changes).is_rehearsal


@pytest.mark.parametrize("host", ["127.0.0.1:1", "localhost", "[::1]:8080", "127.8.9.1"])
def test_this_machine_has_several_names(environment: dict[str, str], host: str) -> None:
    assert read(environment | {"PUBLIC_URL": f"http://{host}", "TWILIO_API_URL": f"http://{host}"}).is_rehearsal


def test_a_real_account_can_be_set_up_before_the_app_may_start(environment: dict[str, str]) -> None:
    real = environment | {"TWILIO_API_URL": "", "PUBLIC_URL": "https://station.example.org"}
    for name in (*APPLICATION_SETTINGS, "STORE", "SESSION_KEY"):
        del real[name]
    assert not read(real, for_setup=True).is_rehearsal


REAL = {"TWILIO_API_URL": "", "PUBLIC_URL": "https://station.example.org"}


def test_phones_that_may_run_the_show_need_a_pin_but_in_a_rehearsal(environment: dict[str, str]) -> None:
    [told] = problems(environment | REAL)
    assert told.startswith("DJ_PIN is not set, but DJ_PHONES is")
    assert read(environment).dj_pin == ""
    assert read(environment | REAL | {"DJ_PIN": "4711"}).dj_pin == "4711"
    assert read(environment | REAL | {"DJ_PHONES": ""}).dj_pin == ""
    assert read(environment | REAL, for_setup=True).dj_phones


@pytest.mark.parametrize("pin", ["471", "12345678901", "47 11", "4711a", "*471", "٤٧١١"])
def test_a_pin_is_4_to_10_digits_and_is_never_shown(environment: dict[str, str], pin: str) -> None:
    assert problems(environment | REAL | {"DJ_PIN": pin}) == ["DJ_PIN must be 4 to 10 digits."]
    assert "90817263" not in repr(read(environment | {"DJ_PIN": "90817263"}))


def test_half_an_api_key_is_a_mistake(environment: dict[str, str]) -> None:
    environment["TWILIO_API_KEY_SECRET"] = ""
    assert any("go together" in problem for problem in problems(environment))


def test_one_number_cannot_be_both(environment: dict[str, str]) -> None:
    environment["TWILIO_DJ_NUMBER"] = environment["TWILIO_LISTENER_NUMBER"]
    assert any("two different numbers" in problem for problem in problems(environment))


def test_a_station_from_before_is_told_to_run_the_set_up_for_its_listeners_application(
    environment: dict[str, str],
) -> None:
    for name in ("TWILIO_LISTENER_APP_SID", "TWILIO_SCREENER_APP_SID"):
        del environment[name]
    [told] = problems(environment)
    assert told.startswith("TWILIO_LISTENER_APP_SID is not set.")
    assert told.endswith("Run .venv/bin/python -m callin.setup, which makes it.")


@pytest.mark.parametrize("name", APPLICATION_SETTINGS[1:])
def test_one_application_cannot_be_for_two_kinds_of_browsers(environment: dict[str, str], name: str) -> None:
    [told] = problems(environment | {name: environment["TWILIO_APP_SID"]})
    assert "must differ" in told


def test_a_file_cannot_be_the_store_on_app_engine(environment: dict[str, str]) -> None:
    told = problems(environment | {"GAE_ENV": "standard"})
    assert any("STORE must not be sqlite:" in problem for problem in told)


def test_a_rehearsal_may_keep_its_calls_in_the_emulator_and_nowhere_else(environment: dict[str, str]) -> None:
    environment |= {"STORE": "firestore:", "GOOGLE_CLOUD_PROJECT": "demo-callin"}
    assert any("needs FIRESTORE_EMULATOR_HOST" in problem for problem in problems(environment))
    settings = read(environment | {"FIRESTORE_EMULATOR_HOST": "127.0.0.1:8787"})
    assert settings.google_cloud_project == "demo-callin"


def test_outside_a_rehearsal_an_emulator_must_be_on_this_machine(environment: dict[str, str]) -> None:
    real = environment | REAL | {"DJ_PIN": "4711", "STORE": "firestore:"}
    told = problems(real | {"FIRESTORE_EMULATOR_HOST": "emulator.example.org:8787"})
    assert [problem.split()[0] for problem in told] == ["FIRESTORE_EMULATOR_HOST"]
    assert not read(real | {"FIRESTORE_EMULATOR_HOST": "127.0.0.1:8787"}).is_rehearsal
    assert read(environment | {"FIRESTORE_EMULATOR_HOST": "emulator.example.org:8787"}).is_rehearsal


def test_a_command_may_read_a_few_settings_alone(environment: dict[str, str]) -> None:
    few = {name: environment[name] for name in ("PUBLIC_URL", "SESSION_KEY")}
    assert read_only("PUBLIC_URL", "SESSION_KEY", environment=few) == few
    with pytest.raises(ConfigError) as caught:
        read_only("PUBLIC_URL", "SESSION_KEY", environment={"PUBLIC_URL": "x", "SESSION_KEY": "too short"})
    assert [problem.split()[0] for problem in caught.value.problems] == ["PUBLIC_URL", "SESSION_KEY"]
    assert "too short" not in str(caught.value)


def test_the_pinned_time_zones_count_and_not_the_machines() -> None:
    zone_named("Europe/Berlin")
    assert zoneinfo.TZPATH == ()
    assert find_spec("tzdata")

"""Settings: what the environment may say, and what stops the start."""

from pathlib import Path

import pytest

from intendant.kit.settings import SettingInvalid, Settings, child_environment, load_settings


def test_without_anything_set_the_defaults_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_settings({})
    assert settings == Settings(home=settings.home)
    assert settings.home.is_absolute()


def test_everything_that_is_set_is_read(tmp_path: Path) -> None:
    settings = load_settings(
        {
            "INTENDANT_HOME": str(tmp_path),
            "INTENDANT_PORT": "9000",
            "INTENDANT_BATCH_WAIT_MILLISECONDS": "0.5",
            "INTENDANT_LOG_LEVEL": "debug",
            "INTENDANT_DATABASE_URL": "postgresql://db/x",
            "PATH": "/bin",
        }
    )
    assert (settings.home, settings.port, settings.batch_wait_milliseconds) == (tmp_path, 9000, 0.5)
    assert settings.database_url == "postgresql://db/x"
    assert settings.keys == tmp_path / "keys"
    assert settings.checkpoints == tmp_path / "checkpoints"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INTENDANT_PRT", "9000"),
        ("INTENDANT_PORT", "0"),
        ("INTENDANT_PORT", "65536"),
        ("INTENDANT_PORT", "eighty"),
        ("INTENDANT_PORT", "nan"),
        ("INTENDANT_PORT", "80.5"),
        ("INTENDANT_BATCH_WAIT_MILLISECONDS", "nan"),
        ("INTENDANT_BATCH_SIZE_MAX", "1e9"),
        ("INTENDANT_LOG_LEVEL", "loud"),
        ("INTENDANT_REQUESTS_PER_SECOND", "-1"),
    ],
)
def test_an_unknown_name_or_a_value_out_of_bounds_stops_the_start(name: str, value: str) -> None:
    with pytest.raises(SettingInvalid) as refused:
        load_settings({name: value})
    assert refused.value.field == name
    assert refused.value.remedy


def test_what_belongs_to_the_tests_is_no_unknown_setting() -> None:
    load_settings({"INTENDANT_TEST_DATA": "/data", "INTENDANT_TEST_ACCEPT": "1"})


def test_a_child_process_gets_the_same_settings(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, port=9001, public_url="https://intendant.example")
    environment = child_environment(settings)
    assert load_settings({k: v for k, v in environment.items() if k.startswith("INTENDANT_")}) == settings

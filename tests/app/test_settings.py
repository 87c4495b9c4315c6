"""Settings: read from the environment, documented, never changed."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import Settings

ROOT = Path(__file__).parent.parent.parent


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    for name, field in Settings.model_fields.items():
        assert field.description
        assert f"`DENSIGHT_{name.upper()}`" in page


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DENSIGHT_PORT", "1234")
    monkeypatch.setenv("DENSIGHT_DEFAULT_MODELS", '{"classification": "mine"}')
    monkeypatch.setenv("DENSIGHT_API_KEYS", '["sesame"]')
    settings = Settings()
    assert settings.port == 1234
    assert settings.default_models == {"classification": "mine"}
    assert "sesame" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEVICE", "tpu"),
        ("PORT", "-1"),
        ("QUEUE", "many"),
        ("MAX_BYTES_AT_ONCE", "1000"),
        ("API_KEYS", '[""]'),
        ("API_KEYS", '["sha256:12"]'),
        ("JOB_TTL", "0"),
        ("WEBHOOK_SECRET", "whsec_?"),
        ("WEBHOOK_SECRET", "whsec_c2hvcnQ="),
        ("WEBHOOK_HOSTS", '["example.org"]'),
        ("CORS_ORIGINS", '["example.org"]'),
        ("CORS_ORIGINS", '["https://example.org/"]'),
        ("CORS_ORIGINS", '["https://Example.org"]'),
        ("CORS_ORIGINS", '["https://*.example.org"]'),
    ],
)
def test_nonsense_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"DENSIGHT_{name}", value)
    with pytest.raises(ValidationError):
        Settings()


SECRET = "whsec_" + "c2VzYW1l" * 4


@pytest.mark.parametrize(
    ("hosts", "good"),
    [
        ('["example.org", "example.org:8443", "http://10.0.0.1:80", "https://[::1]:8443"]', True),
        ('["https://example.org/path"]', False),
        ('["Example.org"]', False),
        ('["example.org:65536"]', False),
        ('["*.example.org"]', False),
        ('["ftp://example.org"]', False),
        ('["user@example.org"]', False),
    ],
)
def test_hosts_of_webhooks(monkeypatch: pytest.MonkeyPatch, hosts: str, good: bool) -> None:
    monkeypatch.setenv("DENSIGHT_WEBHOOK_SECRET", SECRET)
    monkeypatch.setenv("DENSIGHT_WEBHOOK_HOSTS", hosts)
    if good:
        assert "c2VzYW1l" not in repr(Settings())
    else:
        with pytest.raises(ValidationError):
            Settings()


def test_it_is_frozen() -> None:
    with pytest.raises(ValidationError):
        Settings().port = 1

"""Settings come from the environment, and an unsafe production does not start."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.urls import reverse

SOUND = {
    "FORUM_DEBUG": "0",
    "FORUM_SECRET_KEY": "k" * 60,
    "FORUM_HOSTS": "forum.exemple.fr",
    "FORUM_DEMO": "0",
}
SHOWN = "DATABASES['default']['ENGINE'], CHANNEL_LAYERS['default']['BACKEND'], DEBUG"


def started(**environment):
    """What a fresh process says of its settings, or of why it does not start."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("FORUM_", "DATABASE_URL", "REDIS_URL"))
    }
    code = f"from forum.settings import *; print({SHOWN}, SECURE_CSP['script-src'])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=kept | environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
    )
    return done.stdout + done.stderr.strip().rpartition("\n")[2]


def test_without_any_variable_it_is_sqlite_and_the_in_memory_layer():
    said = started()

    assert "sqlite3" in said and "InMemoryChannelLayer" in said and "True" in said


def test_two_addresses_are_all_that_a_larger_site_changes():
    said = started(
        **SOUND, DATABASE_URL="postgres://f@localhost/f", REDIS_URL="redis://localhost"
    )

    assert "postgresql" in said and "RedisPubSubChannelLayer" in said and "False" in said


@pytest.mark.parametrize(
    "unsafe",
    [
        {"FORUM_SECRET_KEY": ""},
        {"FORUM_SECRET_KEY": "short"},
        {"FORUM_HOSTS": ""},
        {"FORUM_DEMO": "1"},
        {"FORUM_ADMISSION": "anyone"},
    ],
)
def test_production_refuses_to_start_unsafe(unsafe):
    assert "ImproperlyConfigured" in started(**SOUND | unsafe)


def test_scripts_come_from_this_site_only(client, spaces):
    policy = client.get("/").headers["Content-Security-Policy"]

    assert "script-src 'self';" in policy and "default-src 'none'" in policy


def test_health_says_that_database_and_layer_answer(client, db):
    answer = client.get(reverse("health"))

    assert (answer.status_code, answer.json()) == (200, {"database": True, "layer": True})


def test_health_says_which_one_does_not(client, db, monkeypatch, settings):
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": ["redis://127.0.0.1:1/0"]},
        }
    }

    answer = client.get(reverse("health"))

    assert (answer.status_code, answer.json()) == (503, {"database": True, "layer": False})

"""Whether a process can do its work, and what a site lacks before it starts."""

import socket
import threading

import pytest
from django.core import checks
from django.urls import reverse

from forum.site import health

WELL = dict.fromkeys(("database", "layer", "static_files", "legal_notice", "files"), True)


def test_health_says_that_all_is_well(client, db):
    answer = client.get(reverse("health"))

    assert (answer.status_code, answer.json()) == (200, WELL)


def test_health_says_which_one_does_not(client, db, monkeypatch, settings):
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": ["redis://127.0.0.1:1/0"]},
        }
    }

    answer = client.get(reverse("health"))

    assert (answer.status_code, answer.json()) == (503, WELL | {"layer": False})


def test_health_answers_though_the_layer_hangs(client, db, monkeypatch, settings):
    monkeypatch.setattr(health, "TIMEOUT", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        layer = {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer"}
        settings.CHANNEL_LAYERS = {"default": layer | {"CONFIG": {"hosts": [host]}}}
        answer = client.get(reverse("health"))

    assert (answer.status_code, answer.json()) == (503, WELL | {"layer": False})


def test_health_answers_though_the_database_hangs_and_asks_it_once(client, db, monkeypatch):
    asked, gate = [], threading.Event()

    def hang():
        asked.append(threading.current_thread())
        gate.wait(60)

    monkeypatch.setattr(health, "TIMEOUT", 0.1)
    monkeypatch.setitem(health.HEALTH_CHECKS, "database", health.HealthCheck(hang))
    found = [client.get(reverse("health")).json()["database"] for _ in range(3)]
    gate.set()
    asked[0].join()

    assert found == [False, False, False] and len(asked) == 1
    assert client.get(reverse("health")).json()["database"] is True


def test_health_is_asked_of_each_process_without_tls(client, db, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^sante/$"]

    assert client.get(reverse("health")).status_code == 200
    assert client.get("/").status_code == 301


def lack_static_files(settings, folder):
    """Nobody has run collectstatic."""
    backend = {"BACKEND": "forum.site.static_storage.BundlingStaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": backend}
    settings.STATIC_ROOT = folder


def lack_legal_notice(settings, folder):
    """The environment is filled in but for who publishes the site."""
    settings.SESSION_COOKIE_SECURE = True
    settings.FORUM_PUBLISHER = dict.fromkeys(settings.FORUM_PUBLISHER, "") | {"name": "Nous"}


def lack_files(settings, folder):
    """The folder of files cannot be made, or not be written."""
    (folder / "file").touch()
    settings.MEDIA_ROOT = str(folder / "file" / "files")


@pytest.mark.parametrize(
    ("lack", "name", "words"),
    [
        (lack_static_files, "static_files", "Run collectstatic"),
        (lack_legal_notice, "legal_notice", "set FORUM_PUBLISHER_ADDRESS, "),
        (lack_files, "files", "FORUM_FILES cannot be written"),
    ],
)  # fmt: skip
def test_health_and_the_check_before_a_start_are_red_when_pages_are(
    lack, name, words, client, db, settings, tmp_path
):
    before = {it.id for it in checks.run_checks(include_deployment_checks=True)}
    lack(settings, tmp_path)
    answer = client.get(reverse("health"))
    warnings = {it.id: it for it in checks.run_checks(include_deployment_checks=True)}

    assert (answer.status_code, answer.json()) == (503, WELL | {name: False})
    assert f"forum.{name}" not in before and words in warnings[f"forum.{name}"].msg


def test_django_finds_no_error_in_models_and_settings():
    """As two constraints of one name are, which no table shows on SQLite."""
    assert [it for it in checks.run_checks() if it.level >= checks.ERROR] == []


@pytest.mark.parametrize(("sender", "said"), [
    ("Foirail <ne-pas-repondre@localhost>", True), ("Foirail <forum@example.org>", False),
])  # fmt: skip
def test_the_check_before_a_start_says_that_mails_leave_from_nowhere(sender, said, settings):
    settings.DEFAULT_FROM_EMAIL = sender
    found = {it.id for it in checks.run_checks(include_deployment_checks=True)}

    assert ("forum.sender" in found) is said

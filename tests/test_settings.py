"""Settings come from the environment, and an unsafe production does not start."""

import logging
import os
import runpy
import subprocess
import sys
from unittest.mock import patch

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from redis.exceptions import ConnectionError as RedisIsAway

from forum.settings.logs import RepeatLimitFilter

SOUND = {
    "FORUM_DEBUG": "0",
    "FORUM_SECRET_KEY": "k" * 60,
    "FORUM_AUTHOR_RECORDS_KEY": "a" * 40,
    "FORUM_HOSTS": "forum.exemple.fr",
    "FORUM_DEMO": "0",
    "EMAIL_URL": "smtp+tls://mail.exemple.fr:587",
}


def read_settings(**environment):
    """The settings, read in this ``environment`` and no other."""
    with patch.dict(os.environ, _environment(environment), clear=True):
        return runpy.run_path(str(settings.BASE_DIR / "forum/settings/__init__.py"))


def started(shown, module, **environment):
    """What a fresh process prints of its settings once it has imported ``module``."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import {module}; from forum.settings import *; print({shown})",
        ],
        env=_environment(environment),
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
    )
    return done.stdout + done.stderr.strip().rpartition("\n")[2]


def _environment(environment):
    """This process's variables, with those of the site as ``environment`` says."""
    ours = ("FORUM_", "DATABASE_URL", "REDIS_URL", "EMAIL_URL")
    return {k: v for k, v in os.environ.items() if not k.startswith(ours)} | environment


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({"FORUM_DEV_ADDRESS": "http://127.0.0.1:8001"}, "http://127.0.0.1:8001"),
        ({}, "http://localhost"),
        (SOUND | {"FORUM_DEV_ADDRESS": "http://127.0.0.1:8001"}, "https://forum.exemple.fr"),
    ],
)
def test_links_of_the_worker_s_mails_lead_where_the_site_is_served(environment, address):
    mail = "accounts.base.mail"
    assert started(f"{mail}.site_address()", mail, **environment).strip() == address


def test_without_any_variable_it_is_sqlite_and_the_in_memory_layer():
    read = read_settings()

    assert "sqlite3" in read["DATABASES"]["default"]["ENGINE"]
    assert "InMemoryChannelLayer" in read["CHANNEL_LAYERS"]["default"]["BACKEND"]
    assert read["DEBUG"] is True


def test_two_addresses_are_all_that_a_larger_site_changes():
    read = read_settings(
        **SOUND, DATABASE_URL="postgres://f@localhost/f", REDIS_URL="redis://localhost"
    )

    assert "postgresql" in read["DATABASES"]["default"]["ENGINE"]
    assert "RedisPubSubChannelLayer" in read["CHANNEL_LAYERS"]["default"]["BACKEND"]
    assert read["DEBUG"] is False


def test_commands_wait_for_a_query_without_end_and_keep_no_connection():
    database = read_settings(**SOUND, DATABASE_URL="postgres://f@localhost/f")["DATABASES"]

    assert database["default"]["CONN_MAX_AGE"] == 0
    assert database["default"]["OPTIONS"]["connect_timeout"] == 5
    assert "statement_timeout" not in str(database["default"]["OPTIONS"])


@pytest.mark.deep
@pytest.mark.parametrize(("module", "kept"), [("forum.wsgi", 3600), ("realtime.asgi", 0)])
def test_processes_that_serve_wait_for_no_query_without_end(module, kept):
    shown = "DATABASES['default']['CONN_MAX_AGE'], DATABASES['default']['OPTIONS']"
    said = started(shown, module, **SOUND, DATABASE_URL="postgres://f@localhost/f")

    assert said.startswith(f"{kept} ") and "'connect_timeout': 5" in said
    assert "statement_timeout=30s" in said


@pytest.mark.skipif("sqlite" in settings.DATABASES["default"]["ENGINE"], reason="PostgreSQL")
def test_a_query_that_takes_too_long_is_ended():
    ask = "connection.cursor().execute('SELECT pg_sleep(60)')"
    url = os.environ["DATABASE_URL"]
    said = started(
        f"__import__('django.db').db.{ask}",
        "forum.wsgi",
        **SOUND,
        DATABASE_URL=url,
        FORUM_STATEMENT_TIMEOUT="1",
    )

    assert "statement timeout" in said


def test_production_needs_no_key_for_what_it_does_not_keep_of_authors():
    read = read_settings(
        **SOUND | {"FORUM_AUTHOR_RECORDS_KEY": "", "FORUM_AUTHOR_RECORDS": "0"}
    )

    assert read["FORUM_AUTHOR_RECORDS_KEYS"] == []
    assert read_settings(**SOUND)["FORUM_AUTHOR_RECORDS_KEYS"] == ["a" * 40]


@pytest.mark.parametrize(
    "unsafe",
    [
        {"FORUM_SECRET_KEY": ""},
        {"FORUM_SECRET_KEY": "short"},
        {"FORUM_AUTHOR_RECORDS_KEY": ""},
        {"FORUM_AUTHOR_RECORDS_KEY": "short"},
        {"FORUM_AUTHOR_RECORDS_KEY": "k" * 60},
        {"FORUM_AUTHOR_RECORDS_KEY_FALLBACKS": "short"},
        {"FORUM_HOSTS": ""},
        {"EMAIL_URL": ""},
        {"FORUM_DEMO": "1"},
        {"FORUM_ADMISSION": "anyone"},
        {"FORUM_OIDC_ISSUER": "https://id.exemple.fr"},
        {
            "FORUM_OIDC_ISSUER": "http://id.exemple.fr",
            "FORUM_OIDC_CLIENT_ID": "a",
            "FORUM_OIDC_SECRET": "b",
        },
    ],
)
def test_production_refuses_to_start_unsafe(unsafe):
    with pytest.raises(ImproperlyConfigured):
        read_settings(**SOUND | unsafe)


def read_mail_settings(**environment):
    with patch.dict(os.environ, _environment(environment), clear=True):
        return runpy.run_path(str(settings.BASE_DIR / "forum/settings/mail.py"))


@pytest.mark.parametrize(
    "given",
    [
        " ",
        '""',
        '"mx.exemple.fr"',
        "mx.exemple.fr;",
        "mx exemple.fr",
        "(mx)",
        "mx.exemple.fr\n",
    ],
)
def test_a_mail_server_that_vouches_has_a_name_or_the_site_does_not_start(given):
    """Whoever writes such a header of their own would else be believed as this server."""
    with pytest.raises(ImproperlyConfigured, match="FORUM_AUTHSERV_ID is a name"):
        read_mail_settings(FORUM_AUTHSERV_ID=given)


@pytest.mark.parametrize("given", ["", "mx.exemple.fr", "mx-2.exemple.fr", "localhost"])
def test_a_server_s_name_is_taken_as_it_is_and_none_is_none(given):
    assert read_mail_settings(FORUM_AUTHSERV_ID=given)["FORUM_AUTHSERV_ID"] == given


def test_no_process_starts_with_a_server_that_has_no_name():
    said = started("DEBUG", "forum.wsgi", **SOUND, FORUM_AUTHSERV_ID='""')

    assert said.endswith("FORUM_AUTHSERV_ID is a name such as mx.example.org, or unset.")


def test_a_site_that_says_its_names_is_a_production_unless_it_says_otherwise():
    named = {key: value for key, value in SOUND.items() if key != "FORUM_DEBUG"}

    assert read_settings(**named)["DEBUG"] is False
    assert read_settings(**named | {"FORUM_DEBUG": "1"})["DEBUG"] is True


@pytest.mark.parametrize("debug", ["0", "1"])
def test_no_site_that_says_its_names_starts_with_a_known_key(debug):
    with pytest.raises(ImproperlyConfigured):
        read_settings(FORUM_HOSTS="forum.exemple.fr", FORUM_DEBUG=debug)


def test_other_sites_of_the_domain_are_not_bound_to_https_unless_asked():
    asked = read_settings(**SOUND, FORUM_HSTS_SUBDOMAINS="1")

    assert read_settings(**SOUND)["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is False
    assert read_settings(**SOUND)["SECURE_HSTS_PRELOAD"] is False
    assert asked["SECURE_HSTS_INCLUDE_SUBDOMAINS"] and asked["SECURE_HSTS_PRELOAD"]


@pytest.mark.parametrize(
    ("environment", "demanded"),
    [
        (SOUND, True),
        ({}, True),
        ({"FORUM_DEMO": "1"}, False),
        ({"FORUM_DEMO": "1", "FORUM_SECOND_FACTOR": "1"}, True),
        (SOUND | {"FORUM_SECOND_FACTOR": "0"}, False),
    ],
)
def test_a_second_factor_is_demanded_unless_a_site_says_that_it_is_not(environment, demanded):
    assert read_settings(**environment)["FORUM_SECOND_FACTOR"] is demanded


def test_a_provider_is_all_in_the_environment():
    provider = {
        "FORUM_OIDC_ISSUER": "https://id.exemple.fr/api/",
        "FORUM_OIDC_CLIENT_ID": "foirail",
        "FORUM_OIDC_SECRET": "entre-nous",
    }
    read = read_settings(**SOUND | provider)["SOCIALACCOUNT_PROVIDERS"]
    (app,) = read["openid_connect"]["APPS"]

    assert app["settings"]["server_url"] == "https://id.exemple.fr/api"
    assert app["name"] == "ProConnect"
    assert read_settings(**SOUND)["SOCIALACCOUNT_PROVIDERS"] == {}


def test_scripts_come_from_this_site_only(client, spaces):
    policy = client.get("/").headers["Content-Security-Policy"]

    assert "script-src 'self';" in policy and "default-src 'none'" in policy


def test_what_a_library_says_each_second_is_said_once_a_minute_and_in_one_line():
    said, name = [], "channels_redis.pubsub"
    repeat_limit = RepeatLimitFilter(pause=60)

    def say(message, error):
        info = (type(error), error, None)
        record = logging.LogRecord(name, logging.ERROR, "", 0, message, (), info)
        if repeat_limit.filter(record):
            said.append(record)

    for _ in range(5):
        say("Unexpected exception in receive task", RedisIsAway("Connection refused"))
    say("Something else", ValueError("ours"))
    repeat_limit.pause = 0
    say("Unexpected exception in receive task", RedisIsAway("Connection refused"))

    first, other, later = said
    assert "Connection refused" in first.getMessage() and first.exc_info is None
    assert other.exc_info is not None
    assert "(and 4 times since" in later.getMessage()
    repeat_limit.pause = 60
    say("Unexpected exception in receive task", ValueError("another fault"))
    assert len(said) == 4


@pytest.mark.parametrize("name", ["channels_redis.pubsub", "realtime.clients", "uvicorn.error"])
def test_what_a_library_repeats_and_what_clients_do_wrong_do_not_fill_the_log(name):
    assert settings.LOGGING["loggers"][name]["filters"] == ["repeat_limit"]
    repeat_limit, fault = RepeatLimitFilter(), "A client was cut off with code %s."
    records = [logging.LogRecord(name, logging.WARNING, "", 0, fault, (n,), None) for n in "ab"]
    assert [repeat_limit.filter(one) for one in records] == [True, False]


def test_searches_are_made_in_the_replica_that_is_named():
    main, replica = "postgres://f@localhost/f", "postgres://f@replica/f"
    assert "search" not in read_settings(**SOUND, DATABASE_URL=main)["DATABASES"]

    databases = read_settings(**SOUND, DATABASE_URL=main, FORUM_SEARCH_DATABASE_URL=replica)[
        "DATABASES"
    ]

    assert databases["search"]["HOST"] == "replica"
    assert databases["search"]["OPTIONS"] == databases["default"]["OPTIONS"]

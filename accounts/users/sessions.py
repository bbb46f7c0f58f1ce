"""The session engine (Django's database sessions, with a person), and session keys."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare

from accounts.base.compiled_queries import CompiledQuery

if TYPE_CHECKING:
    from accounts.users.models import Session


def is_session_key(key: str | None) -> bool:
    """Whether ``key`` has the form of the keys that Django makes."""
    return bool(key and re.fullmatch(r"[a-z0-9]{8,40}", key))


class SessionStore(DatabaseStore):
    """Database sessions whose rows name their person."""

    def _validate_session_key(self, key: str | None) -> bool:
        """Whether ``key`` has the right form; others are not looked up."""
        return is_session_key(key)

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """The model of a stored session."""
        return apps.get_model("accounts", "Session")

    def _get_session_from_db(self) -> Session | None:
        row = _STORED.first(key=self.session_key)
        if row is None:
            self._session_key = None
        return row

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """A row for ``data``, with the person that it signs in, if any."""
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]
        row.person_id = data.get(SESSION_KEY) and int(data[SESSION_KEY])
        return row


def _stored(key: int, at: datetime) -> QuerySet[Session]:
    return SessionStore.get_model_class().objects.filter(session_key=key, expire_date__gt=at)


_STORED = CompiledQuery(_stored, "key", "at")


def is_valid_session(session: Session) -> bool:
    """Whether ``session`` signs its person in: they are active, and their password is the
    one that they signed in with (as Django checks for ``request.user``)."""
    person = session.person
    if person is None or not person.is_active:
        return False
    stored = session.get_decoded().get(HASH_SESSION_KEY, "")
    accepted = [person.get_session_auth_hash(), *person.get_session_auth_fallback_hash()]
    return any(constant_time_compare(stored, accepted_hash) for accepted_hash in accepted)

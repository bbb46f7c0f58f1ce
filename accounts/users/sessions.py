"""The session engine: Django's database sessions, with the person on the row."""

import re

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils.crypto import constant_time_compare

from accounts.base.compiled_queries import CompiledQuery


def is_session_key(key):
    """Whether ``key`` looks like the keys that Django makes."""
    return bool(key and re.fullmatch(r"[a-z0-9]{8,40}", key))


class SessionStore(DatabaseStore):
    """Database sessions that can be found by person."""

    def _validate_session_key(self, key):
        """Whether ``key`` may be one of ours: nothing else is asked of the database."""
        return is_session_key(key)

    @classmethod
    def get_model_class(cls):
        """The model of a stored session."""
        from accounts.users.models import Session

        return Session

    def _get_session_from_db(self):
        row = _STORED.first(key=self.session_key)
        if row is None:
            self._session_key = None
        return row

    def create_model_instance(self, data):
        """A row for ``data``, with the person who signed in, if any."""
        row = super().create_model_instance(data)
        row.person_id = data.get(SESSION_KEY) and int(data[SESSION_KEY])
        return row


def _stored(key, at):
    return SessionStore.get_model_class().objects.filter(session_key=key, expire_date__gt=at)


_STORED = CompiledQuery(_stored, "key", "at")


def is_valid_session(session):
    """Whether ``session`` still signs its person in, as ``request.user`` would have it.

    One from before the password changed does not.
    """
    person = session.person
    if person is None or not person.is_active:
        return False
    stored = session.get_decoded().get(HASH_SESSION_KEY, "")
    accepted = [person.get_session_auth_hash(), *person.get_session_auth_fallback_hash()]
    return any(constant_time_compare(stored, one) for one in accepted)

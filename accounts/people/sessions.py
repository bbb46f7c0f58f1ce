"""The session engine: Django's database sessions, with the person on the row."""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore


class SessionStore(DatabaseStore):
    """Database sessions that can be found by person."""

    @classmethod
    def get_model_class(cls):
        """The model of a stored session."""
        from accounts.people.models import Session

        return Session

    def create_model_instance(self, data):
        """A row for ``data``, with the person who signed in, if any."""
        row = super().create_model_instance(data)
        row.person_id = data.get(SESSION_KEY) and int(data[SESSION_KEY])
        return row

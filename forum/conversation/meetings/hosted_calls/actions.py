"""Having a call made."""

from __future__ import annotations

from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.conversation.meetings.hosted_calls.queries import call_provider


def new_call(actor: Viewer) -> str:
    """Have a call made that ``actor`` keeps; return the ``call_url`` of meetings in it.

    Raise CallFailed where nobody makes one. In no transaction, since another site is asked.
    """
    provider = call_provider()
    assert provider and actor.person_id is not None  # So says the form.
    return provider.new_call(User.objects.get(pk=actor.person_id))

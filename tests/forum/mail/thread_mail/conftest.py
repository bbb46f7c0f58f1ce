"""A thread that is followed."""

import pytest
from django.core import mail

from tests.factories import post_reply, start_thread
from tests.forum.mail.thread_mail.helpers import deliver, plan


@pytest.fixture(autouse=True)
def _mailed_at_once(mailed_at_once):
    """No test waits until what was just sent can no longer be undone."""


@pytest.fixture
def thread(claire, spaces):
    """Claire's, which she follows; what was written before is mailed to nobody."""
    thread = start_thread(claire, spaces["network"], title="Quelle chaufferie ?", tags=[])
    plan()
    return thread


@pytest.fixture
def address(settings, thread, jeanne):
    """The address by which Claire answers, as the mail that she has says it."""
    settings.FORUM_REPLY_ADDRESS = "reponse@forum.example.org"
    post_reply(jeanne, thread)
    deliver()
    (address,) = mail.outbox[0].reply_to
    mail.outbox.clear()
    return address


@pytest.fixture
def sent(thread, claire, jeanne):
    """A mail that Claire was sent, as it left."""
    post_reply(jeanne, thread)
    deliver()
    (one,) = (it for it in mail.outbox if it.to == [claire.email])
    mail.outbox.clear()
    return one.message()

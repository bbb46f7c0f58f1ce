"""A page that missed more than it may be sent loads itself anew; others catch up."""

import pytest

from forum.conversation.threads.changes import (
    TooFarBehind,
    thread_changes_for,
    thread_changes_since,
)
from forum.models import Post
from tests.factories import post_reply

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


@pytest.fixture
def long_thread(thread, jeanne):
    """A thread with thirty long replies."""
    for number in range(30):
        post_reply(jeanne, thread, f"Réponse {number}")
    Post.objects.filter(thread=thread, number__gt=1).update(html=f"<p>{'x' * 20_000}</p>")
    thread.refresh_from_db()
    return thread


def test_who_missed_more_than_may_be_sent_reloads_and_who_missed_less_does_not(
    long_thread, claire, viewer_of
):
    viewer, seq = viewer_of(claire), long_thread.seq
    with pytest.raises(TooFarBehind):
        thread_changes_since(viewer, long_thread.pk, seq - 25)
    found = thread_changes_for([viewer.rights], long_thread.pk, [seq - 25, seq - 3]).changes

    assert found[seq - 25] is None and len(found[seq - 3].elements) >= 3


def test_as_many_short_ones_are_sent(long_thread, claire, viewer_of):
    Post.objects.filter(thread=long_thread).update(html="<p>Oui.</p>")
    told = thread_changes_since(viewer_of(claire), long_thread.pk, long_thread.seq - 25)

    assert len(told.elements) >= 25

"""However many places of a log pages are at, one delivery makes so many bytes and no more."""

import pytest

from accounts.viewers.rights_clock import SessionViewers
from forum.models import Post
from realtime import limits, queries
from tests.factories import post_reply

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


def frames_at(thread, viewer, positions):
    ask = queries.frames_for_thread
    return ask(SessionViewers(), thread.pk, [viewer.rights], positions).frames


@pytest.fixture
def places(thread, jeanne):
    """Places of the log of a thread of thirty long replies, the oldest first."""
    for _number in range(30):
        post_reply(jeanne, thread)
    Post.objects.filter(thread=thread).update(html="<p>" + "x" * 10_000 + "</p>")
    thread.refresh_from_db()
    return range(thread.seq - 30, thread.seq)


def test_pages_that_are_furthest_behind_load_anew(
    places, thread, claire, viewer_of, monkeypatch
):
    monkeypatch.setattr(limits, "MAX_DELIVERY_BYTES", 1_000_000)
    frames = frames_at(thread, viewer_of(claire), {("fr", at) for at in places})
    sent = [frames["fr", at] for at in places]

    assert sent[0] is None and sent[-1] is not None
    assert [it is None for it in sent] == sorted((it is None for it in sent), reverse=True)
    largest = max(it.size for it in sent if it)
    assert sum(it.size for it in sent if it) <= 1_000_000 + largest


def test_as_many_pages_as_a_network_has_are_served_where_they_are(
    places, thread, claire, viewer_of
):
    positions = {(language, at) for at in places[-10:] for language in ("fr", "en")}

    assert all(frames_at(thread, viewer_of(claire), positions).values())

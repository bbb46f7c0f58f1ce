"""A topic to subscribe to."""

import pytest

from forum.conversation.follows.models import Level
from forum.conversation.follows.subscriptions.actions import subscribe
from forum.models import Topic
from tests.forum.mail.thread_mail.helpers import plan


@pytest.fixture(autouse=True)
def _begun(spaces):
    """What was written before is told to nobody."""
    plan()


@pytest.fixture
def topic():
    return Topic.objects.order_by("pk").first()


@pytest.fixture
def follow_topic(topic, viewer_of):
    """Have a person subscribe to the topic."""

    def follow(person, level=Level.FIRST, channel="site"):
        return subscribe("topic", topic.pk, viewer_of(person), level, channel)

    return follow

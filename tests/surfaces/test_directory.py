"""The map and the directory tell nothing of where one does not read."""

import pytest
from django.urls import reverse

from forum.models import Topic
from tests.factories import start_thread
from tests.surfaces.roles import for_each_role
from tests.surfaces.tables import READERS, WRITER


@pytest.fixture
def asked(people, canaries, spaces):
    """A question on a topic of its own in each space where one writes; the topics."""
    topics = {}
    for name in spaces.keys() - {"archive"}:
        topics[name] = Topic.objects.create(slug=f"s-{spaces[name].slug}", name=name, order=9)
        writer = getattr(people, WRITER[name])
        start_thread(writer, spaces[name], topic=topics[name], title="Une question ?")
    return topics


@pytest.mark.deep
@for_each_role
def test_a_topic_on_the_map_tells_nothing_of_where_one_does_not_read(
    role, people, asked, client_of
):
    client = client_of(role)
    for name, topic in asked.items():
        shown = [
            len(client.get(reverse(page), {"sujet": topic.slug}).context["page"].rows)
            for page in ("territories", "organisations")
        ]
        assert shown == ([1, 1] if role in READERS[name] else [0, 0]), name

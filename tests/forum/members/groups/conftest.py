"""Claire’s group and its room."""

from uuid import uuid4

import pytest

from accounts.viewers.viewers import viewer_of_person
from forum.members.groups.actions import create_group
from forum.models import Space


@pytest.fixture
def group(claire, spaces):
    """Claire's, across the colleges, on request, with its room."""
    return create_group(
        viewer_of_person(claire), name="Toits d’école", purpose="Un cahier.", college=None,
        join_policy="request", ends_at=None, idempotency_key=uuid4(),
    )  # fmt: skip


@pytest.fixture
def room(group):
    return Space.objects.get(group=group)

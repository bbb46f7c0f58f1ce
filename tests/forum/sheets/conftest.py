"""A territory, what a form of a sheet sends, and sheets in each state."""

import pytest

from accounts.models import Territory
from tests.forum.sheets.sheet_helpers import draft_of, publish


@pytest.fixture(autouse=True)
def files_folder(settings, tmp_path):
    """The folder that files lie in."""
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def place(db):
    """A territory of 14,000 people."""
    return Territory.objects.create(
        slug="val-d-ombre", name="Val d’Ombre", type="communaute-de-communes",
        department_codes="22", population=14000,
    )  # fmt: skip


@pytest.fixture
def draft(claire, place, topics, viewer_of):
    """Claire's draft, with all that it takes to publish it."""
    return draft_of(viewer_of(claire), place, topics[0])


@pytest.fixture
def sheet(draft, claire, spaces, viewer_of):
    """The same, published to the whole network."""
    return publish(draft, viewer_of(claire), spaces["network"])

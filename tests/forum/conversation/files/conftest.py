"""Files of a folder of the test's own, and people who send some."""

import pytest

from tests.forum.conversation.files.partial_helpers import PART


@pytest.fixture(autouse=True)
def files_folder(settings, tmp_path):
    """The folder that files lie in."""
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path / "posts"


@pytest.fixture
def small_parts(monkeypatch):
    """Files are sent in parts of so few bytes that one of some kilobytes has several."""
    monkeypatch.setattr("forum.conversation.files.partial_uploads.models.PART_SIZE", PART)

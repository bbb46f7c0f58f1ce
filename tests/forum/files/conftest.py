"""Files of a folder of the test's own, and people who send some."""

import pytest


@pytest.fixture(autouse=True)
def files_folder(settings, tmp_path):
    """The folder that files lie in."""
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path / "posts"

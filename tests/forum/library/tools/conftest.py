"""Files of a folder of the test's own, a tool, and what its form sends."""

import pytest

from tests.forum.conversation.files.file_helpers import pdf_of, post_with_file
from tests.forum.library.tools.tool_helpers import offered


@pytest.fixture(autouse=True)
def files_folder(settings, tmp_path):
    """The folder that files lie in."""
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def document(jeanne, thread, browser_of):
    """A PDF of Jeanne's reply to Claire's question."""
    return post_with_file(browser_of(jeanne), thread, "Cahier_charges.pdf", pdf_of())


@pytest.fixture
def tool(document, jeanne, browser_of):
    """That PDF as a tool: its first version."""
    return offered(browser_of(jeanne), document)

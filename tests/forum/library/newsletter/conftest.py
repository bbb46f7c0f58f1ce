"""What just happened may be told, and people post as much as programs do."""

import pytest


@pytest.fixture(autouse=True)
def _at_once(mailed_at_once, no_posting_limits, charter, topics):
    """No test waits until what was just sent can no longer be undone."""

"""A thread that is followed."""

import pytest

from tests.factories import start_thread
from tests.forum.thread_mail.helpers import plan


@pytest.fixture
def thread(claire, spaces):
    """Claire's, which she follows; what was written before is mailed to nobody."""
    thread = start_thread(claire, spaces["network"], title="Quelle chaufferie ?", tags=[])
    plan()
    return thread

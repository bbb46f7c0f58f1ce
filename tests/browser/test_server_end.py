"""The server ends while it makes pages: in order, and at once."""

import threading
import time
import urllib.request

import pytest

from tests.browser.site import serve_copy

PATHS = "/", "/recherche/?q=bois", "/sujets/eolien/", "/sante/", "/"


@pytest.mark.parametrize("round_", range(3))
def test_a_server_that_makes_pages_ends_within_seconds(
    demonstration, static_root, tmp_path, round_
):
    asking = threading.Event()

    def ask(address):
        while not asking.is_set():
            try:
                urllib.request.urlopen(address, timeout=10).close()
            except OSError:
                return

    with serve_copy(tmp_path, demonstration, static_root) as site:
        threads = [threading.Thread(target=ask, args=[site.address + path]) for path in PATHS]
        for thread in threads:
            thread.start()
        for path in PATHS:  # All are on their way.
            urllib.request.urlopen(site.address + path, timeout=30).close()
        began = time.monotonic()
    asking.set()
    for thread in threads:
        thread.join()
    assert time.monotonic() - began < 10

"""What a process that serves does before its first request."""

import gc

from django.urls import get_resolver


def warm_up():
    """Load the site's code now, not at somebody's request, and leave it to no collection.

    What stands after this stays for the process's life; going through it again and again
    for garbage kept a request waiting 60 ms now and then (measured by ``bench/territories``).
    """
    _patterns = get_resolver().url_patterns
    gc.collect()
    gc.freeze()

"""What a serving process does before its first request."""

import gc

from django.urls import get_resolver

#: New objects after which Python looks for those that only refer to each other. A search makes
#: some thousands and lets go of them: at 2,000, Python's own, each made it look once or twice.
_COLLECTED_AFTER = 10_000


def warm_up() -> None:
    """Import all views now rather than at a request, and exempt all objects from collection.

    They live as long as the process; a collection that went through them made a request wait
    60 ms now and then (measured by ``bench/territories``).
    """
    _patterns = get_resolver().url_patterns
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECTED_AFTER)

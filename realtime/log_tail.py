"""The end of the log, read now and then: what was recorded and no poke told of."""

from forum import events

#: Ids looked at again each time: ids are taken before they are committed.
LOG_OVERLAP = 300
#: More than this at once, and everything is looked at instead.
MAX_LOG_ROWS = 2000


class LogTail:
    """Knows which of the last events were heard of."""

    def __init__(self):
        """Nothing was heard of, nor read."""
        self._last_id, self._seen, self._announced = None, set(), set()

    def mark_announced(self, thread_id, seq):
        """A poke told of this change."""
        self._announced.add((thread_id, seq))

    def unannounced(self):
        """Events that no poke told of, as (thread id, seq, post id, space id).

        None where that is not known, since they are too many or this is the first time: then
        all that is open is looked at. One query.
        """
        is_first = self._last_id is None
        start = max(0, (events.latest_event_id() if is_first else self._last_id) - LOG_OVERLAP)
        rows = list(events.events_after(start)[: LOG_OVERLAP + MAX_LOG_ROWS])
        announced, self._announced = self._announced, set()
        seen, self._seen = self._seen, {row[0] for row in rows}
        self._last_id = max(self._seen, default=start)
        if len(rows) == LOG_OVERLAP + MAX_LOG_ROWS:
            self._last_id = None
            return None
        new = [row[1:] for row in rows if row[0] not in seen]
        return None if is_first else [row for row in new if row[:2] not in announced]

"""The end of the log, read now and then: what was recorded and no poke told of."""

from forum import events

#: Ids looked at again each time: ids are taken before they are committed.
AGAIN = 300
#: More than this at once, and everything is looked at instead.
MOST = 2000


class Tail:
    """Knows which of the last events were heard of."""

    def __init__(self):
        """Nothing was heard of, nor read."""
        self._top, self._seen, self._heard = None, set(), set()

    def hear(self, thread_id, seq):
        """A poke told of this change."""
        self._heard.add((thread_id, seq))

    def unheard(self):
        """Events that no poke told of, as (thread id, seq, post id, space id).

        None where that is not known, since they are too many or this is the first time: then
        all that is open is looked at. One query.
        """
        is_first = self._top is None
        start = max(0, (events.newest() if is_first else self._top) - AGAIN)
        rows = list(events.tail(start)[: AGAIN + MOST])
        heard, self._heard = self._heard, set()
        seen, self._seen = self._seen, {row[0] for row in rows}
        self._top = max(self._seen, default=start)
        if len(rows) == AGAIN + MOST:
            self._top = None
            return None
        new = [row[1:] for row in rows if row[0] not in seen]
        return None if is_first else [row for row in new if row[:2] not in heard]

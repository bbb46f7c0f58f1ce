"""Numbered pages whose cost does not grow with what is numbered."""

from django.utils.functional import cached_property

from forum.natural import natural

#: How many pages past the current one are counted; beyond, "and more" is all one needs.
LOOK_AHEAD = 5
#: The deepest page of a list that is served: an offset costs what it skips.
DEEPEST = 500


def page_number(params, name="page"):
    """The page asked for in ``params``: a whole number from 1, and 1 for anything else."""
    return min(DEEPEST, max(1, natural(params.get(name, "")) or 1))


def window(number, last):
    """The page numbers to offer around ``number``, None where some are left out.

    >>> window(6, 20)
    [1, None, 5, 6, 7, None, 20]
    """
    near = sorted({1, last, *range(max(1, number - 1), min(last, number + 1) + 1)})
    offered = []
    for page in near:
        if offered and page - offered[-1] == 2:
            offered.append(page - 1)
        elif offered and page - offered[-1] > 2:
            offered.append(None)
        offered.append(page)
    return offered


class Numbered:
    """Page ``number`` of ``rows``, ``size`` a page, knowing at most a few pages ahead."""

    def __init__(self, rows, number, size=20):
        """``rows`` is an ordered queryset; it is read when the page is."""
        self._rows, self.number, self._size = rows, number, size

    @cached_property
    def rows(self):
        """The page's rows."""
        start = (self.number - 1) * self._size
        return list(self._rows[start : start + self._size])

    @cached_property
    def last(self):
        """The last page known of: the true last one, or LOOK_AHEAD pages further."""
        start = (self.number - 1) * self._size
        ahead = self._rows.order_by()[start : start + LOOK_AHEAD * self._size + 1].count()
        return max(1, self.number + max(0, (ahead - 1)) // self._size)

    @property
    def numbers(self):
        """What ``window`` offers here."""
        return window(self.number, max(self.last, self.number))

    @property
    def previous(self):
        """The number before, or None."""
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self):
        """The number after, or None."""
        return self.number + 1 if self.number < self.last else None

"""Numbered pages whose cost does not grow with what is numbered."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Protocol, Self

from django.db.models import Model, QuerySet
from django.utils.functional import cached_property

from accounts.base.parsing import parse_natural_number

#: How many pages past the current one are counted; beyond, "and more" is all one needs.
LOOK_AHEAD_PAGES = 5
#: The deepest page of a list that is served: an offset costs what it skips.
MAX_PAGE = 500
#: Rows on a page, where nothing else is said.
PAGE_SIZE = 20


def page_number(params: Mapping[str, str], name: str = "page") -> int:
    """The page asked for in ``params``: a whole number from 1, and 1 for anything else."""
    return min(MAX_PAGE, max(1, parse_natural_number(params.get(name, "")) or 1))


def elided_page_numbers(number: int, last: int) -> list[int | None]:
    """The page numbers to offer around ``number``, None where some are left out.

    >>> elided_page_numbers(6, 20)
    [1, None, 5, 6, 7, None, 20]
    """
    near = sorted({1, last, *range(max(1, number - 1), min(last, number + 1) + 1)})
    offered: list[int | None] = [near[0]]
    for before, page in pairwise(near):
        if page - before == 2:
            offered.append(page - 1)
        elif page - before > 2:
            offered.append(None)
        offered.append(page)
    return offered


class NumberedPage[Row]:
    """Page ``number`` of ``rows``, ``size`` a page, knowing at most a few pages ahead."""

    def __init__(
        self, rows: QuerySet[Any, Row] | None, number: int, size: int = PAGE_SIZE
    ) -> None:
        """``rows`` is an ordered queryset; it is read when the page is.

        None where a subclass reads them its own way.
        """
        self._rows: Any = rows
        self.number, self.size, self.start = number, size, (number - 1) * size

    @cached_property
    def rows(self) -> list[Row]:
        """The page's rows."""
        return list(self._rows[self.start : self.start + self.size])

    @cached_property
    def last(self) -> int:
        """The last page known of: the true last one, or LOOK_AHEAD pages further."""
        ahead = self._count_ahead(LOOK_AHEAD_PAGES * self.size + 1)
        return max(1, self.number + max(0, (ahead - 1)) // self.size)

    def _count_ahead(self, limit: int) -> int:
        """How many rows there are from this page on, ``limit`` at most."""
        count: int = self._rows.order_by()[self.start : self.start + limit].count()
        return count

    def or_first(self) -> Self:
        """The page, or the first one where it is empty: perhaps its last row has just left."""
        return self if self.number == 1 or self.rows else self._at(1)

    def _at(self, number: int) -> Self:
        """Another page of the same rows."""
        return type(self)(self._rows, number, self.size)

    @property
    def numbers(self) -> list[int | None]:
        """What ``elided_page_numbers`` offers here; the first alone where there is nothing."""
        return elided_page_numbers(self.number, self.last) if self.rows else [1]

    @property
    def previous(self) -> int | None:
        """The number before, or None."""
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        """The number after, or None."""
        return self.number + 1 if self.number < self.last else None


class TwoStepPage[Row: Model](NumberedPage[Row]):
    """The same in two steps: the ids of the page and of what lies ahead, then its rows.

    So an index finds the ids, however rich the rows are, and nothing is searched for twice.
    ``pks`` are the ids of all rows in order, where they are known.
    """

    def __init__(
        self,
        rows: QuerySet[Any, Row],
        number: int,
        size: int = PAGE_SIZE,
        pks: QuerySet[Any, Any] | Sequence[Any] | None = None,
    ) -> None:
        super().__init__(rows, number, size)
        self._all_pks = rows.values_list("pk", flat=True) if pks is None else pks

    @cached_property
    def rows(self) -> list[Row]:
        """The page's rows, in order; without those that have left since their ids were read."""
        by_pk = {row.pk: row for row in self._rows.filter(pk__in=self._pks[: self.size])}
        return [by_pk[pk] for pk in self._pks[: self.size] if pk in by_pk]

    def _at(self, number: int) -> Self:
        return type(self)(self._rows, number, self.size, self._all_pks)

    @cached_property
    def _pks(self) -> list[Any]:
        limit = LOOK_AHEAD_PAGES * self.size + 1
        return list(self._all_pks[self.start : self.start + limit])

    def _count_ahead(self, limit: int) -> int:
        return len(self._pks[:limit])


class _Identified(Protocol):
    @property
    def pk(self) -> Any: ...


class AskedPage[Row: _Identified](NumberedPage[Row]):
    """The same by two questions: ``pks_from(start, limit)``, then ``rows_of(pks)``."""

    def __init__(
        self,
        pks_from: Callable[[int, int], Sequence[Any]],
        rows_of: Callable[[Sequence[Any]], Sequence[Row]],
        number: int,
        size: int = PAGE_SIZE,
    ) -> None:
        super().__init__(None, number, size)
        self._pks_from, self._rows_of = pks_from, rows_of

    @cached_property
    def rows(self) -> list[Row]:
        """The page's rows, in order; without those that have left since their ids were read."""
        pks = self._pks[: self.size]
        by_pk = {row.pk: row for row in self._rows_of(pks)} if pks else {}
        return [by_pk[pk] for pk in pks if pk in by_pk]

    def _at(self, number: int) -> Self:
        return type(self)(self._pks_from, self._rows_of, number, self.size)

    @cached_property
    def _pks(self) -> list[Any]:
        return list(self._pks_from(self.start, LOOK_AHEAD_PAGES * self.size + 1))

    def _count_ahead(self, limit: int) -> int:
        return len(self._pks[:limit])

"""An addressee as forms and pages name them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.urls import reverse
from django.utils.functional import Promise

from accounts.base.json_rows import json_rows
from accounts.models import Organisation, Seat, Territory, User
from forum.conversation.addressees.models import (
    DeclineReason,
    State,
    ThreadAddressee,
)

#: Between the values of several addressees, where one text has them: in no slug.
VALUE_SEPARATOR = ","


@dataclass(frozen=True)
class Addressee:
    """Whom a question may be put to. ``value`` is what forms and URLs say for it.

    One of ``person``, with the ``seat`` that their page shows first, ``organisation`` and
    ``territory``.
    """

    value: str
    person: User | None = None
    seat: Seat | None = None
    organisation: Organisation | None = None
    territory: Territory | None = None

    @property
    def name(self) -> str:
        """The name alone."""
        if self.person:
            return self.person.full_name
        if self.organisation:
            return self.organisation.name
        assert self.territory is not None  # It is one of the three.
        return self.territory.name

    @property
    def key(self) -> tuple[int | None, int | None, int | None]:
        """The ids of the person, organisation and territory, one of which is there."""
        parts = self.person, self.organisation, self.territory
        person, organisation, territory = (it.pk if it else None for it in parts)
        return person, organisation, territory

    @property
    def full_name(self) -> str:
        """The name, of a person with the organisation."""
        return f"{self.name} ({self.seat.organisation.name})" if self.seat else self.name


def values_of(rows: Iterable[ThreadAddressee]) -> list[str]:
    """What forms say for those of ``rows`` (``Addressee.value``)."""
    return [_value_of(row) for row in rows]


def _value_of(row: ThreadAddressee) -> str:
    if row.person_id:
        return f"person-{row.person_id}"
    if row.organisation:
        return f"organisation-{row.organisation.slug}"
    assert row.territory is not None  # It is one of the three.
    return f"territory-{row.territory.slug}"


class ShownAddressee(NamedTuple):
    """What a thread shows of an addressee: ``url`` is "" where there is no page to lead to.

    On its own page also what became of the question with them; in lists, nothing of it.
    """

    name: str
    organisation: str
    url: str
    is_person: bool
    pk: int = 0
    referred_from: int = 0
    state: State = State.ASKED
    reason: str | Promise = ""
    words: str = ""
    #: By whom it was passed on to them, if it was.
    referred_by: ShownAddressee | None = None


class AskedList(NamedTuple):
    """Whom a thread was put to, each after who passed it on to them; how many did what."""

    rows: list[ShownAddressee]
    answered: int
    referred: int
    declined: int


def shown_addressees(text: str | None) -> list[ShownAddressee]:
    """The addressees in what ``models.addressees_text`` gives."""
    return [_shown(*row) for row in json_rows(text)]


def asked_list(text: str | None) -> AskedList:
    """The same with what became of the question, from ``addressees_text(with_states=True)``."""
    shown = {it.pk: it for it in shown_addressees(text)}
    rows: list[ShownAddressee] = []
    for addressee in shown.values():
        before = shown.get(addressee.referred_from)
        after = [n for n, it in enumerate(rows, 1) if before and it.pk == before.pk]
        place = after[0] if after else len(rows)
        rows[place:place] = [addressee._replace(referred_by=before)]
    counts = Counter(it.state for it in rows)
    return AskedList(
        rows, counts[State.ANSWERED], counts[State.REFERRED], counts[State.DECLINED]
    )


def _shown(
    page: str,
    key: str,
    name: str,
    organisation: str,
    pk: int = 0,
    before: int | None = 0,
    state: str = "asked",
    reason: str = "",
    words: str = "",
) -> ShownAddressee:
    url = reverse(page, args=[key]) if key else ""
    return ShownAddressee(
        name, organisation, url, page == "member", pk, before or 0,
        State(state), DeclineReason(reason).label if reason else "", words,
    )  # fmt: skip

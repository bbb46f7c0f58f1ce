"""An addressee as forms and pages name them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from django.urls import reverse

from accounts.models import Organisation, Seat, Territory, User
from forum.addressees.models import FIELD_SEPARATOR, ROW_SEPARATOR


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
        return (self.organisation or self.territory).name

    @property
    def full_name(self) -> str:
        """The name, of a person with the organisation."""
        return f"{self.name} ({self.seat.organisation.name})" if self.seat else self.name


class ShownAddressee(NamedTuple):
    """What a thread shows of an addressee: ``url`` is "" where there is no page to lead to."""

    name: str
    organisation: str
    url: str
    is_person: bool


def shown_addressees(text: str | None) -> list[ShownAddressee]:
    """The addressees in what ``models.addressees_text`` gives."""
    rows = [row.split(FIELD_SEPARATOR) for row in (text or "").split(ROW_SEPARATOR) if row]
    return [
        ShownAddressee(
            name, organisation, reverse(page, args=[key]) if key else "", page == "member"
        )
        for page, key, name, organisation in rows
    ]

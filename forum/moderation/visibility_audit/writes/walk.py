"""The forms that the site offers: its pages are walked as each role, by their links."""

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from functools import cache

from django.urls import Resolver404, resolve

from forum.moderation.visibility_audit.canaries import Canary
from forum.moderation.visibility_audit.roles import Role
from forum.moderation.visibility_audit.surfaces import Surface, url_of
from forum.moderation.visibility_audit.workspace import rolled_back
from forum.moderation.visibility_audit.writes.page_forms import PageForm, links, page_forms
from forum.moderation.visibility_audit.writes.visitor import Visitor, pages_left_blank

#: Pages of one name that are walked: without a query, and with one value in it.
_MOST = {1: 2, 2: 1}
#: Places that one form is sent to by each role that it is offered to, and by each of others.
_PAGES_OF_A_FORM, _ADDRESSES_OF_OTHERS = 2, 3
#: The name of an address and the shape of a form that is sent there.
Kind = tuple[str, tuple[str, ...]]


@dataclass
class OfferedForms:
    """The forms that roles are offered, by kind.

    ``{kind: {address: {name of a role: the form}}}``. ``acting``: the kinds, addresses and
    roles of those that changed something when they were sent. ``without_page``: the names of
    addresses that only take forms, or answer with a file.
    """

    by_kind: dict[Kind, dict[str, dict[str, PageForm]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    acting: set[tuple[Kind, str, str]] = field(default_factory=set)
    without_page: set[str] = field(default_factory=set)

    def add(self, name: str, form: PageForm, role: Role) -> None:
        """Note that ``role`` was offered ``form``; of one kind, two places for each role."""
        places = self.by_kind[name, form.shape]
        own = sum(role.name in offers for offers in places.values())
        if form.address in places or own < _PAGES_OF_A_FORM:
            places.setdefault(form.address, {}).setdefault(role.name, form)

    def put(self, kind: Kind, form: PageForm, role: Role) -> None:
        """Note how ``form`` has to be filled, where ``role`` was offered it, to act."""
        self.by_kind[kind][form.address][role.name] = form
        self.acting.add((kind, form.address, role.name))

    def of(self, role: Role) -> Iterator[tuple[Kind, list[PageForm]]]:
        """The kinds that ``role`` was offered, with the forms, each to be sent elsewhere."""
        for kind, places in self.by_kind.items():
            if own := [offers[role.name] for offers in places.values() if role.name in offers]:
                yield kind, own

    def of_others(
        self, role: Role, hidden: tuple[int, str] | None, slugs: Container[str]
    ) -> Iterator[tuple[Kind, PageForm]]:
        """Those of others, and one of each kind of ``role`` with a ``hidden`` row in a field.

        Of what others were offered, as it acted for one of them, where it did; at a few places.
        """
        for kind, places in self.by_kind.items():
            own = [offers[role.name] for offers in places.values() if role.name in offers]
            if own and hidden:
                yield from ((kind, form) for form in own[0].naming(*hidden, slugs))
            foreign = [
                min(offers.items(), key=lambda it: (kind, address, it[0]) not in self.acting)
                for address, offers in places.items()
                if role.name not in offers
            ]
            foreign.sort(key=lambda it: (kind, it[1].address, it[0]) not in self.acting)
            for _name, form in _of_several(foreign)[:_ADDRESSES_OF_OTHERS]:
                yield kind, form


def _of_several(offers: list[tuple[str, PageForm]]) -> list[tuple[str, PageForm]]:
    """The pairs of a name and a form, with those first that are the first of their name."""
    names = [name for name, _form in offers]
    ranks = [names[:nth].count(name) for nth, name in enumerate(names)]
    return [it for _rank, it in sorted(zip(ranks, offers, strict=True), key=lambda it: it[0])]


def walk(
    visitor: Visitor, surfaces: dict[str, Surface], canaries: list[Canary], forms: OfferedForms
) -> None:
    """Add to ``forms`` those that ``visitor`` is offered on the pages of ``surfaces``, by name.

    Only those that go there too. The walk begins at what needs no argument, and at what names
    ``canaries``; it follows links.
    """
    waiting, seen = _beginnings(surfaces, canaries), set[str]()
    walked = Counter[tuple[str, ...]]()
    while waiting:
        address = waiting.pop(0)
        name = name_of(address)
        kind = name, *sorted(re.findall(r"(\w+)=", address.partition("?")[2]))
        is_page = name in surfaces and name not in forms.without_page
        if address in seen or not is_page or walked[kind] >= _MOST.get(len(kind), 0):
            continue
        seen.add(address)
        with rolled_back(), pages_left_blank({"404.html"}):
            answer = visitor.get(address)
        if answer.status_code == 302:
            waiting.append(answer["Location"])
        elif answer.status_code == 405 or "text/html" not in answer.get("Content-Type", ""):
            forms.without_page.add(name)
        elif answer.status_code == 200:
            walked[kind] += 1
            for form in page_forms(answer.text, address):
                if (to := name_of(form.address)) in surfaces:
                    forms.add(to, form, visitor.role)
            waiting += links(answer.text, address)


@cache
def name_of(address: str) -> str:
    """The name of a page's address; nothing where there is no such page."""
    try:
        return resolve(address.partition("?")[0]).url_name or ""
    except Resolver404:
        return ""


def _beginnings(surfaces: dict[str, Surface], canaries: list[Canary]) -> list[str]:
    """The addresses that take nothing, and those of ``canaries``."""
    rows = [(it.pk, it.slug) for it in canaries]
    return [
        url
        for surface in surfaces.values()
        for pk, slug in (rows if surface.parameters else [(0, "")])
        if (url := url_of(surface, pk, slug))
    ]

"""Which names somebody used, and where they stand in what others wrote."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.base.pagination import NumberedPage
from accounts.base.text import fold
from accounts.closing.actions import known_addresses
from accounts.models import Organisation, Territory, User
from accounts.users.models import FORMER_NAME
from accounts.viewers.viewers import Viewer
from forum.conversation.threads.models import Post
from forum.members.closing.names.models import NamePassage, NamePhrase, NameRemoval
from forum.members.closing.names.patterns import is_name, pattern_of

#: The name of the review source, under which animators claim what waits.
SOURCE = "noms"
#: So many others who write a word without a capital make it a word of every day.
_COMMON = 3
#: Characters of a text around a name that a page shows.
_AROUND = 90


@dataclass(frozen=True)
class ShownPassage:
    """A passage as its page shows it: ``parts`` are ``(text, whether it is the name)``.

    ``row``: what the text is of, and ``url`` where it is read, if it has a page.
    """

    passage: NamePassage
    row: Any
    url: str
    parts: list[tuple[str, bool]]


def used_names(person: User) -> list[str]:
    """The names that ``person`` had as they wrote what was read, or held a confirmed seat."""
    ends = [*person.former_names.values_list("name", "ended_at"), (person.full_name, None)]
    names, start = [], None
    for name, end in ends:
        if is_name(name) and _took_part(person, start, end):
            names.append(" ".join(name.split()))
        start = end
    return list(dict.fromkeys(it for it in names if it != FORMER_NAME))


def phrases_of(person: User, *unclaimed: User) -> list[NamePhrase]:
    """What is looked for in what others wrote: no name that is something else's.

    Likewise of their ``unclaimed`` accounts.
    """
    people = [person, *unclaimed]
    phrases = [NamePhrase("address", it) for it in known_addresses(person)]
    for name in dict.fromkeys(name for account in people for name in used_names(account)):
        folded = fold(name)
        organisations = Organisation.objects.filter(
            Q(folded_name=folded) | Q(former_name__iexact=name)
        )
        if organisations.exists() or Territory.objects.filter(folded_name=folded).exists():
            continue
        others = User.objects.exclude(pk__in=[account.pk for account in people])
        if all(_is_common(word, people) for word in name.split()):
            phrases.append(NamePhrase("common", name))
        elif others.filter(folded_name=folded).exists():
            phrases.append(NamePhrase("shared", name))
        else:
            phrases.append(NamePhrase("name", name))
    return phrases


def phrases_in(removal: NameRemoval) -> list[NamePhrase]:
    """The phrases that ``removal`` is about."""
    return [NamePhrase(*phrase) for phrase in removal.phrases]


def threads_of(*people: User) -> QuerySet[Any]:
    """The ids of the threads in which one of ``people`` wrote, or is mentioned."""
    took_part = Q(author__in=people) | Q(mentions__person__in=people)
    return Post._base_manager.filter(took_part).values("thread")


def waiting_passages() -> QuerySet[NamePassage]:
    """All that no animator has replaced, whoever reads them."""
    return NamePassage.objects.filter(replaced_at=None)


def waiting_removals(viewer: Viewer, _at: Any = None) -> QuerySet[NameRemoval]:
    """Those of which passages wait for the animator ``viewer``: in texts that they read."""
    waiting = NamePassage.objects.visible_to(viewer).filter(replaced_at=None)
    return NameRemoval.objects.filter(Exists(waiting.filter(removal=OuterRef("pk"))))


def passages_page(
    viewer: Viewer, removal: NameRemoval, number: int
) -> NumberedPage[NamePassage]:
    """Page ``number`` of the passages that ``viewer`` reads, those that wait first."""
    passages = NamePassage.objects.visible_to(viewer).filter(removal=removal)
    return NumberedPage(passages.order_by(F("replaced_at").asc(nulls_first=True), "pk"), number)


def shown_passages(
    viewer: Viewer, removal: NameRemoval, passages: list[NamePassage]
) -> list[ShownPassage]:
    """``passages`` with the words around the names; not those whose text has changed since."""
    pattern = pattern_of(phrases_in(removal))
    shown = []
    for passage in passages:
        row = apps.get_model(passage.model)._base_manager.filter(pk=passage.row_id).first()
        text = getattr(row, passage.field, "") or ""
        spans = spans_of(passage, text, pattern)
        if spans:
            shown.append(ShownPassage(passage, row, _url_of(row), _parts(text, spans)))
    return shown


def spans_of(
    passage: NamePassage, text: str, pattern: re.Pattern[str]
) -> list[tuple[int, int, str]]:
    """Where ``text`` has the names, and the names; once replaced, what stands for them."""
    if passage.replaced_at is None:
        return [(*match.span(), match[0]) for match in pattern.finditer(text)]
    if digest_of(text) != passage.digest:
        return []
    return [(start, start + length, word) for start, length, word in passage.words]


def digest_of(text: str) -> str:
    """What tells whether a text is the one that a replacement left."""
    return sha256(text.encode()).hexdigest()


def _took_part(person: User, start: datetime | None, end: datetime | None) -> bool:
    posts = Post._base_manager.filter(author=person.pk, held_at=None)
    seats = person.seats.filter(confirmed_at__lt=end or timezone.now())
    if start:
        posts = posts.filter(created_at__gte=start)
        seats = seats.filter(Q(ended_at=None) | Q(ended_at__gt=start))
    if end:
        posts = posts.filter(created_at__lt=end)
    return posts.exists() or seats.exists()


def _is_common(word: str, people: list[User]) -> bool:
    """Whether others write ``word`` without a capital, as they do not write names."""
    word = word.lower()
    whole, authors = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)"), set()
    posts = Post._base_manager.filter(text__contains=word).exclude(author__in=people)
    for author, text in posts.values_list("author", "text").iterator():
        if whole.search(text):
            authors.add(author)
            if len(authors) == _COMMON:
                return True
    return False


def _url_of(row: Any) -> str:
    """Where a row is read: on its own page, or on that of what it is part of."""
    for candidate in (
        row,
        *(getattr(row, it, None) for it in ("post", "thread", "measure", "sheet")),
    ):
        if candidate is not None and hasattr(candidate, "get_absolute_url"):
            return str(candidate.get_absolute_url())
    return ""


def _parts(text: str, spans: list[tuple[int, int, str]]) -> list[tuple[str, bool]]:
    """``text`` from a little before the first of ``spans`` to a little after the last."""
    parts, at = [], max(0, spans[0][0] - _AROUND)
    if at:
        parts.append(("…", False))
    for start, end, word in spans:
        between = text[at:start]
        if len(between) > 2 * _AROUND:
            between = f"{between[:_AROUND]} … {between[-_AROUND:]}"
        parts += [(between, False), (word, True)]
        at = end
    after = text[at : at + _AROUND]
    return [*parts, (after + "…" if at + _AROUND < len(text) else after, False)]

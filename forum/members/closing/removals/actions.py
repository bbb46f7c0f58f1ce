"""Taking the names of somebody who leaves out of texts, as their account is closed.

Of what they wrote alone, all of it; of what others wrote, what the site itself put there: the
name that heads a quotation of theirs, and the one behind a mention of them. Any other word of
others waits for an animator (``forum/members/closing/names/actions.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Q

from accounts.base.text import fold
from accounts.closing.actions import known_addresses
from accounts.models import User
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from forum.base.search_index.vocabulary.actions import forget_words
from forum.conversation.mentions.actions import named_links
from forum.conversation.mentions.quotations import POST_PATH
from forum.conversation.threads.models import Post
from forum.conversation.threads.revisions.models import Revision
from forum.members.closing.names.models import NamePassage, NamePhrase, NameRemoval
from forum.members.closing.names.patterns import (
    HEADING,
    is_name,
    mentions_in,
    pattern_of,
    probe_of,
    unescaped,
    written_in_full,
)
from forum.members.closing.names.queries import phrases_in, phrases_of, threads_of
from forum.members.closing.names.searched_texts import (
    has_written,
    own_words,
    proposed_texts,
    searched_texts,
)
from forum.members.closing.texts.actions import (
    Spans,
    lock_thread_of,
    replace_in_passage,
    replaced,
    rewrite,
    spans_found,
)


def remove_names(person: User, unclaimed: Sequence[User] = ()) -> NameRemoval:
    """Take the names of ``person`` out of their own words, and of what the site wrote of them.

    Likewise those of their ``unclaimed`` accounts. What else others wrote waits for animators.
    May be done twice.
    """
    people, own = [person, *unclaimed], _names_of(person)
    for account in people:
        # An archive took its names from mails, which anybody may have sent.
        _replace_own_words(account, {*own, *_names_of(account)}, known_addresses(person))
    removal, _is_new = NameRemoval.objects.get_or_create(
        person=person, defaults={"phrases": phrases_of(*people)}
    )
    for account in people:
        _replace_mentions(removal, account, _names_of(account))
    phrases = phrases_in(removal)
    shared = [phrase for phrase in phrases if phrase.kind == "shared"]
    _propose(removal, [phrase for phrase in phrases if phrase.kind != "shared"])
    if shared:
        _propose(removal, shared, threads_of(*people))
    forget_words([phrase.words for phrase in phrases])
    return removal


def note_replaced(person_id: int) -> None:
    """Have the log say how many texts of others the site changed; part of a transaction."""
    passages = NamePassage.objects.filter(removal__person=person_id)
    if count := passages.exclude(replaced_at=None).count():
        record_action(LoggedAction.REPLACE_NAME, None, person_id=person_id, reason=str(count))
    NameRemoval.objects.filter(person=person_id, passages=None).delete()


def _names_of(person: User) -> list[str]:
    names = [*person.former_names.values_list("name", flat=True), person.full_name]
    return [name for name in names if is_name(name)]


def _replace_own_words(
    person: User, names: Collection[str], addresses: Collection[str]
) -> None:
    pattern = written_in_full(names, addresses)
    phrases = [NamePhrase("name", it) for it in names] + [
        NamePhrase("address", it) for it in addresses
    ]
    for label, fields in searched_texts().items():
        model = apps.get_model(label)
        for field, author in fields.items():
            if not author or not has_written(label, author, person.pk):
                continue
            own = own_words(label, author, person.pk) & probe_of(phrases, field)
            rows = model._base_manager.filter(own).order_by("pk").values_list("pk", field)
            for pk in [pk for pk, text in rows if pattern.search(text)]:
                _replace(label, pk, field, lambda text: spans_found(pattern, text), own=own)


def _replace_mentions(removal: NameRemoval, person: User, names: Collection[str]) -> None:
    """Take ``names`` from headings of quotations of the person, and from mentions of them.

    A mention is theirs where the post, as it was rendered, leads to them from it.
    """
    folded = {fold(name) for name in names}

    def headings(text: str) -> Spans:
        matches = [it for it in HEADING.finditer(text) if unescaped(it["name"]) in folded]
        own = Post._base_manager.filter(author=person, pk__in={it["pk"] for it in matches})
        pks = set(map(str, own.values_list("pk", flat=True)))
        return [(*it.span("name"), it["name"]) for it in matches if it["pk"] in pks]

    others = Post._base_manager.exclude(own_words("forum.Post", "author", person.pk))
    quoting = Q(thread__in=threads_of(person)) | Q(quotations__quoted__author=person)
    quoting &= Q(text__contains=POST_PATH)
    posts = others.filter(quoting | Q(mentions__person=person)).distinct().order_by("pk")
    for pk, html in list(posts.values_list("pk", "html")):
        links = named_links(html)

        def spans(text: str, links: dict[str, str] = links) -> Spans:
            named = mentions_in(text, links, person.get_absolute_url(), folded)
            return sorted([*headings(text), *named])

        former = Revision._base_manager.filter(post=pk).exclude(
            own_words("forum.Revision", "author", person.pk)
        )
        former_pks = list(former.order_by("pk").values_list("pk", flat=True))
        _replace("forum.Post", pk, "text", spans, removal)
        for former_pk in former_pks:
            _replace("forum.Revision", former_pk, "text", spans, removal)


def _propose(removal: NameRemoval, phrases: list[NamePhrase], threads: Any = None) -> None:
    """Have what others wrote with ``phrases`` wait for animators; in ``threads``, if given."""
    pattern = pattern_of(phrases)
    for label, fields in proposed_texts().items():
        model = apps.get_model(label)
        scope = _within(label, threads)
        if scope is None:
            continue
        likely = reduce(or_, (probe_of(phrases, field) for field in fields))
        rows = model._base_manager.filter(scope, likely).order_by("pk")
        NamePassage.objects.bulk_create(
            (
                NamePassage(removal=removal, model=label, row_id=pk, field=field)
                for pk, *texts in rows.values_list("pk", *fields).iterator()
                for field, text in zip(fields, texts, strict=True)
                if pattern.search(text)
            ),
            batch_size=500,
            ignore_conflicts=True,
        )


def _within(label: str, threads: Any) -> Q | None:
    """The rows of these threads, or all; None where a model knows no thread."""
    if threads is None:
        return Q()
    if label == "forum.Thread":
        return Q(pk__in=threads)
    names = {field.name for field in apps.get_model(label)._meta.concrete_fields}
    return Q(thread__in=threads) if "thread" in names else None


def _replace(
    label: str,
    pk: Any,
    field: str,
    find: Callable[[str], Spans],
    removal: NameRemoval | None = None,
    own: Q | None = None,
) -> None:
    """Replace what ``find`` finds; kept for a time where it is in others' words."""
    with transaction.atomic(durable=True):
        thread = lock_thread_of(label, pk)
        if own is not None and not apps.get_model(label)._base_manager.filter(own, pk=pk):
            return  # Somebody else has rewritten it meanwhile.
        if removal is None:
            rewrite(label, pk, field, thread, lambda text: replaced(label, field, text, find))
            return
        passage = NamePassage(removal=removal, model=label, row_id=pk, field=field)
        replace_in_passage(passage, thread, find)

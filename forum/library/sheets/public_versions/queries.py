"""Public versions as pages show them, and the authors who are asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet, Value
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.pagination import NumberedPage
from accounts.models import Territory, User
from accounts.viewers.viewers import GUEST, Rights, Viewer
from forum.base import markup
from forum.base.spaces.models import Audience, Space
from forum.base.writers import writer_ids
from forum.conversation.mentions.quotations import POST_PATH, quoted_ids, unasked_writers
from forum.conversation.threads.models import Post
from forum.library.sheets.authors.fingerprints import fingerprints, texts_of
from forum.library.sheets.authors.models import AuthorState, SheetWriter
from forum.library.sheets.models import PARTS, ExperienceSheet, sheet_url
from forum.library.sheets.public_versions.consents.models import AuthorConsent, ConsentAnswer
from forum.library.sheets.public_versions.models import PublicVersion, agreed_versions
from forum.library.sheets.querysets import written_sheets
from forum.library.sheets.rules import may_edit_sheet

#: Sheets that the page of a territory names, and a list of the threads of a topic.
MAX_ON_TERRITORY, MAX_ON_TOPIC = 10, 5


class SheetOnTerritory(NamedTuple):
    """What a territory's page shows of a sheet; its names are those of the topic.

    ``number`` is the id of its thread, else of the sheet, where one reads its public version.
    """

    is_public_version: bool
    number: int
    title: str
    name: str
    name_en: str
    published_at: datetime

    @property
    def url(self) -> str:
        """Where one reads it."""
        if self.is_public_version:
            version = PublicVersion(sheet_id=self.number, title=self.title)
            return version.get_absolute_url()
        return sheet_url(self.number, self.title)


def sheets_on(viewer: Viewer, territory: Territory) -> list[SheetOnTerritory]:
    """The newest ``MAX_ON_TERRITORY`` sheets on ``territory`` that ``viewer`` may read.

    Those of spaces that they read, and what is public of others.
    """
    return [
        SheetOnTerritory(*row) for row in _ON_TERRITORY.rows(viewer.rights, pk=territory.pk)
    ]


def sheet_counts_by_territory(viewer: Viewer, topic: str = "") -> Counter[int]:
    """How many sheets on each territory ``viewer`` may read, as ``sheets_on``, on the topic.

    ``topic`` is its slug, "" for any.
    """
    counts: Counter[int] = Counter()
    rows = _COUNTS_BY_TERRITORY.rows(viewer.rights, bool(topic), slug=topic or "-")
    for territory, count in rows:
        counts[territory] += count
    return counts


def _readable(rights: Rights) -> tuple[QuerySet[Any, Any], QuerySet[Any, Any]]:
    """The sheets that ``rights`` see, and the public versions of those that they do not."""
    seen = ExperienceSheet.objects.published_to(rights).order_by()
    return seen, PublicVersion.objects.read_as_public(rights).order_by()


def _on_territory(rights: Rights, pk: int) -> QuerySet[Any, Any]:
    seen, others = _readable(rights)
    names = "topic__name", "topic__name_en"
    rows = seen.filter(territory=pk).values_list(
        Value(False),
        "thread",
        "thread__title",
        *(f"thread__{it}" for it in names),
        "published_at",
    )
    public = others.filter(territory=pk).values_list(
        Value(True), "sheet", "title", *names, "published_at"
    )
    return rows.union(public, all=True).order_by("-published_at")[:MAX_ON_TERRITORY]


def _counts_by_territory(rights: Rights, has_topic: bool, slug: str) -> QuerySet[Any, Any]:
    seen, others = _readable(rights)
    if has_topic:
        seen, others = seen.filter(thread__topic__slug=slug), others.filter(topic__slug=slug)
    counted = (
        rows.filter(territory__isnull=False).values_list("territory").annotate(Count("pk"))
        for rows in (seen, others)
    )
    first, second = counted
    rows: QuerySet[Any, Any] = first.union(second, all=True)
    return rows


_ON_TERRITORY: CompiledQuery[tuple[Any, ...]] = CompiledQuery(_on_territory, "pk")
_COUNTS_BY_TERRITORY: CompiledQuery[tuple[int, int]] = CompiledQuery(
    _counts_by_territory, "slug"
)


def get_public_version(sheet_id: int) -> PublicVersion:
    """What all read of the sheet of this id; raise DoesNotExist where it is not public."""
    versions = PublicVersion.objects.visible_to(GUEST).with_authors()
    return versions.get(sheet=sheet_id)


def public_page(number: int) -> NumberedPage[PublicVersion]:
    """A page of the public versions, the latest first."""
    versions = PublicVersion.objects.visible_to(GUEST).with_display_fields().newest_first()
    return NumberedPage(versions, number)


def latest_public_versions(most: int) -> list[PublicVersion]:
    """The ``most`` that became public last, as a card shows them."""
    return _LATEST.rows(most)


def _latest(most: int) -> QuerySet[PublicVersion]:
    versions = PublicVersion.objects.visible_to(GUEST).with_display_fields()
    return versions.newest_first()[:most]


def count_public_sheets() -> int:
    """How many sheets guests may read: those of spaces that they read, and public versions."""
    return sum(count for (count,) in _PUBLIC_COUNTS.rows(GUEST.rights))


def _public_counts(rights: Rights) -> QuerySet[Any, Any]:
    whole = Value(1)
    counts: list[QuerySet[Any, Any]] = []
    for rows in _readable(rights):
        counted = rows.annotate(group=whole).values("group").annotate(number=Count("pk"))
        counts.append(counted.values_list("number"))
    return counts[0].union(counts[1], all=True)


def public_versions_on(viewer: Viewer, topic: str) -> list[PublicVersion]:
    """The newest of the topic with this slug, of sheets that ``viewer`` does not read."""
    return _ON_TOPIC.rows(viewer.rights, slug=topic)


def _on_topic(rights: Rights, slug: str) -> QuerySet[PublicVersion]:
    versions = PublicVersion.objects.read_as_public(rights).filter(topic__slug=slug)
    return versions.with_display_fields().newest_first()[:MAX_ON_TOPIC]


def get_concerned_version(viewer: Viewer, pk: int) -> PublicVersion:
    """A version about which ``viewer`` has a word to say; raise DoesNotExist where none."""
    versions = PublicVersion.objects.concerning(viewer).with_authors()
    return versions.select_related("proposed_by").get(pk=pk)


def current_version(viewer: Viewer, sheet: ExperienceSheet) -> PublicVersion | None:
    """What waits of ``sheet``, else what is public of it, for who has a word to say."""
    versions = PublicVersion.objects.concerning(viewer).filter(sheet=sheet, ended_at=None)
    return versions.order_by("-proposed_at", "-pk").first()


def public_address(sheet: ExperienceSheet) -> str:
    """Where all read ``sheet``, or "" where it is not public."""
    version = PublicVersion.objects.visible_to(GUEST).filter(sheet=sheet).first()
    return version.get_absolute_url() if version else ""


def correctable_sheet(viewer: Viewer, version: PublicVersion) -> ExperienceSheet | None:
    """The sheet of ``version`` where ``viewer`` writes it today, and may, else None."""
    sheets = ExperienceSheet.objects.published_to(viewer).filter(written_sheets(viewer))
    sheet = sheets.filter(pk=version.sheet_id).select_related("thread__space").first()
    return sheet if sheet and may_edit_sheet(viewer, sheet, is_written=True) else None


def hide_unread(viewer: Viewer, version: PublicVersion) -> bool:
    """Take from ``version``, in memory, what ``viewer`` may not read; return if words are gone.

    It concerns them, who may have left the space of the sheet. Then remarks are for the authors
    who have not; and until all have agreed, so that everybody reads it, only the parts with
    words of theirs are for them, unless they proposed it.
    """
    if ExperienceSheet.objects.visible_to(viewer).filter(pk=version.sheet_id).exists():
        return False
    for consent in version.consents.all():
        consent.remark = consent.remark if consent.person_id == viewer.person_id else ""
    public = PublicVersion.objects.visible_to(GUEST).filter(pk=version.pk)
    if viewer.person_id == version.proposed_by_id or public.exists():
        return False
    _leave_own_parts(viewer, version)
    return True


def _leave_own_parts(viewer: Viewer, version: PublicVersion) -> None:
    writers = SheetWriter.objects.filter(sheet=version.sheet_id, person=viewer.person_id)
    own = set().union(*writers.values_list("fingerprints", flat=True))
    for name in PARTS:
        if fingerprints([getattr(version, name)]).isdisjoint(own):
            setattr(version, name, "")
    version.title, version.summary = _("une fiche que vous ne lisez plus"), ""
    version.figures, version.population = [], None
    version.started = version.commissioned = version.finished = ""


def withdrawable_versions(viewer: Viewer) -> QuerySet[PublicVersion]:
    """The versions to which ``viewer`` said yes, suspended or not: public, or not yet."""
    versions = PublicVersion.objects.visible_to(viewer, agreed_versions)
    return versions.with_display_fields().newest_first()


def has_refused(viewer: Viewer, pk: int) -> bool:
    """Whether ``viewer`` said no to the version of this id, or took back their yes."""
    own = AuthorConsent.objects.filter(version=pk, person=viewer.person_id or 0)
    return own.filter(answer=ConsentAnswer.NO).exists()


def consent_of(viewer: Viewer, version: PublicVersion) -> AuthorConsent | None:
    """What ``viewer`` is asked about ``version``, whose consents were read with it."""
    own = [
        consent for consent in version.consents.all() if consent.person_id == viewer.person_id
    ]
    return own[0] if own else None


def authors_of(sheet: ExperienceSheet) -> list[tuple[Any, int | None]]:
    """Whose words a public version of ``sheet`` shows, with their seats: who began it first.

    Those who write it, then those who do not any more, unless only the note at its head is
    theirs, which the public does not read.
    """
    people = writer_ids(ExperienceSheet.objects.filter(pk=sheet.pk)) - {sheet.author_id}
    joined = sheet.coauthors.filter(person__in=people, state=AuthorState.ACCEPTED)
    writers = sheet.writers.filter(person__in=people).select_related("person").order_by("pk")
    hashes = fingerprints(texts_of(sheet, sheet.figures.all())[:-1])
    writing = [writer for writer in writers if not hashes.isdisjoint(writer.fingerprints)]
    rows = [*joined.select_related("person").order_by("pk"), *writing]
    seats = [(row.person, row.seat_id) for row in rows]
    return [(sheet.author, sheet.seat_id), *dict(reversed(seats)).items()]


def quoted_posts(
    sheet: ExperienceSheet, space: Space | None = None, summary: str = ""
) -> list[Post]:
    """The posts that ``sheet`` links to from where it was drawn, or quotes from anywhere.

    Or ``summary`` does, which stands beside it. Not those with words of its authors alone, nor
    those that all read who would read it: guests, or the readers of ``space``. What has left
    the thread since, by a merge or a split, is among them.
    """
    texts = "\n\n".join([*(getattr(sheet, name) for name in PARTS), summary])
    if POST_PATH not in texts:
        return []
    pks = [int(pk) for pk in _POST_LINK.findall(texts)]
    moved = Post._base_manager.filter(thread=sheet.origin_id, moved_to__isnull=False)
    of_origin = Q(thread=sheet.origin_id or 0) | Q(pk__in=moved.values("moved_to"))
    quoted = Q(pk__in=quoted_ids(markup.render(texts)))
    posts = Post._base_manager.filter(of_origin & Q(pk__in=pks) | quoted)
    posts = posts.filter(pk__in=list(unasked_writers(posts, _author_ids(sheet))))
    posts = posts.select_related("author")
    if space is None or space.audience == Audience.PUBLIC:
        return list(posts.exclude(pk__in=Post.objects.visible_to(GUEST).values("pk")))
    posts = posts.select_related("author", "thread__space__group")
    return [
        post for post in posts if not (post.is_shown and space.is_within(post.thread.space))
    ]


def quotation_reason(
    viewer: Viewer,
    sheet: ExperienceSheet,
    space: Space | None = None,
    known: Collection[int] = (),
    summary: str = "",
) -> str:
    """Why ``sheet`` is not for these readers yet, as ``quoted_posts``; "" where it may be.

    It names those whose words ``viewer`` sees. ``known``: the ids of posts that it quotes
    already, and may.
    """
    posts = [post for post in quoted_posts(sheet, space, summary) if post.pk not in known]
    if not posts:
        return ""
    seen = Post.objects.visible_to(viewer).filter(pk__in=[post.pk for post in posts])
    people = set().union(*unasked_writers(seen, _author_ids(sheet)).values())
    names = sorted(set(User.objects.filter(pk__in=people).values_list("full_name", flat=True)))
    words = _("Cette fiche cite %(names)s, qui n’en est pas auteur : invitez cette personne à "
              "l’écrire avec vous, ou dites-le avec vos mots.")  # fmt: skip
    return words % {"names": ", ".join(names) or _("quelqu’un")}


def _author_ids(sheet: ExperienceSheet) -> set[int]:
    return {person.pk for person, _seat in authors_of(sheet)}


#: A link to a post, as what is drawn from a thread has it (``drawing/queries.py``).
_POST_LINK = re.compile(r"\]\([^)\s\[\](]{0,200}/messages/(\d{1,18})/\)")
_LATEST: CompiledQuery[PublicVersion] = CompiledQuery(_latest)
_PUBLIC_COUNTS: CompiledQuery[tuple[int]] = CompiledQuery(_public_counts)
_ON_TOPIC: CompiledQuery[PublicVersion] = CompiledQuery(_on_topic, "slug")

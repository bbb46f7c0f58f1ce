"""Canaries: rows with a word that stands nowhere else, one in every private place.

All rows of a canary have one number and one slug, so that each address is asked once for each
canary, whatever it names there. A post has a file and a version, which say the word too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import count
from secrets import randbelow, token_hex
from typing import Any
from uuid import UUID, uuid4

from django.db.models import QuerySet, prefetch_related_objects
from django.utils import timezone

from accounts.charter.drafts.models import CharterDraft
from accounts.models import College, GroupMembership, Organisation, User, WorkingGroup
from accounts.profiles.models import Profile
from forum.base.search_index.actions import replace_documents
from forum.base.spaces.models import Audience, Space, Topic
from forum.conversation.files.models import FileState, StoredFile
from forum.conversation.files.shown_file import written
from forum.conversation.tags.models import Tag, Tagging, TagSynonym
from forum.conversation.threads.links.models import ThreadLink
from forum.conversation.threads.models import Post, Thread
from forum.conversation.threads.revisions.models import Revision
from forum.conversation.threads.summaries.models import Summary
from forum.library.newsletter.models import NewsletterIssue, NewsletterItem
from forum.moderation.visibility_audit.private_rows import fill_rows
from forum.moderation.visibility_audit.roles import GROUP_MEMBER, Role, create_person, take_seat
from forum.moderation.visibility_audit.roles import reads_space as is_read

#: Above all ids that there are.
FIRST_ID = 2**40
#: Places with a row of each kind that may be private there, of one person.
GROUP, ROWS = "group", ("rows in a group", "rows in public")
#: The week of an issue of the newsletter that names canaries: before there was any.
_WEEK = date(1970, 1, 5)


@dataclass(frozen=True)
class Canary:
    """What ``place`` hides, and the names of the roles that may see it.

    ``word`` stands in every text of it. ``pk`` and ``slug`` are what addresses name it by;
    ``space_slug``: that of its space, if it is private. ``is_whole``: whether all that these
    address is hidden.
    """

    place: str
    word: str
    pk: int
    slug: str
    space_slug: str
    seen_by: frozenset[str]
    is_whole: bool


def plant_canaries(roles: list[Role]) -> list[Callable[[], list[Canary]]]:
    """What writes canaries into every private place there is: a function for each number.

    Places are the spaces of the network, of colleges and of groups, a group by invitation with
    a row of each kind that a person can have in it, and each kind of row that some do not see:
    a hidden post, one that waits, a removed thread, a person, an organisation that is not
    admitted, a draft of the charter, and in a public space what is one person's own. Those
    that the same roles see, in other tables, have one number: they are asked for at once.
    """
    numbers = count(FIRST_ID + randbelow(2**40) * 1000, 10)  # Posts take two ids.
    topic, author = Topic.objects.first(), create_person()
    assert topic is not None  # The reference data has some.
    make = partial(_Maker, topic=topic, author=author, roles=roles)
    spaces = private_spaces()
    kinds = (
        _Maker.group, _Maker.hidden_post, _Maker.held_post, _Maker.person,
        _Maker.for_animators,
    )  # fmt: skip
    return [
        *(partial(make(next(numbers)).in_space, space) for space in spaces.order_by("pk")),
        *(partial(kind, make(next(numbers))) for kind in kinds),
    ]


class _Maker:
    """Writes the rows of one canary, all of one id."""

    def __init__(self, pk: int, topic: Topic, author: User, roles: list[Role]) -> None:
        self.pk, self.topic, self.author, self.roles = pk, topic, author, roles
        self.word, self.slug = f"canari{token_hex(7)}", f"audit-{token_hex(6)}"

    def in_space(self, space: Space) -> list[Canary]:
        """A thread with a tag in ``space``."""
        self._thread(space)
        space_slug = "" if space.audience == Audience.NETWORK else space.slug
        return [self._canary(f"space {space.pk}", partial(is_read, space), space_slug)]

    def group(self) -> list[Canary]:
        """A group that one joins by invitation, with its space."""
        (member,) = [role for role in self.roles if role.name == GROUP_MEMBER]
        about = {"slug": self.slug, "name": self.word}
        group = WorkingGroup.objects.create(pk=self.pk, contact=member.person, **about)
        space = Space.objects.create(pk=self.pk, audience=Audience.GROUP, group=group, **about)
        assert member.person is not None  # Only a guest is nobody.
        self.author = member.person
        GroupMembership.objects.create(pk=self.pk, group=group, person=member.person)
        thread = self._thread(space)
        canary = self._canary(GROUP, lambda role: role is member)
        post = thread.posts.get(number=1)
        return [canary, self._private_rows(ROWS[0], post, member, of_all=True)]

    def hidden_post(self) -> list[Canary]:
        """A post that is hidden, in a public thread."""
        space = _public_space()
        thread = self._thread(space, title="Audit", tag="", hidden_at=timezone.now())
        canary = self._canary("hidden post", _animates, is_whole=False)
        (member,) = [role for role in self.roles if role.name == GROUP_MEMBER]
        thread.posts.filter(number=1).update(author=member.person)
        post = thread.posts.get(number=1)
        return [canary, self._private_rows(ROWS[1], post, member, of_all=False)]

    def held_post(self) -> list[Canary]:
        """A post that waits for an animator, in a public thread."""
        space = _public_space()
        self._thread(space, title="Audit", tag="", held_at=timezone.now())
        return [self._canary("held post", _animates, is_whole=False)]

    def for_animators(self) -> list[Canary]:
        """What animators alone see: a thread, an organisation, a draft of the charter."""
        return [self._removed_thread(), self._organisation(), self._draft()]

    def _removed_thread(self) -> Canary:
        """A public thread that is removed, its only post with it."""
        space = _public_space()
        now = timezone.now()
        self._thread(space, removed_at=now, hidden_at=now)
        return self._canary("removed thread", _animates)

    def person(self) -> list[Canary]:
        """Someone who shows in the directory, with all that a profile holds."""
        person = User(pk=self.pk, email=f"{self.word}@audit.invalid", full_name=self.word)
        person.set_unusable_password()
        person.save(force_insert=True)
        take_seat(person, self._college)
        Profile.objects.create(
            person=person, presentation=self.word, telephone="0", is_listed=True
        )
        return [self._canary("person", lambda role: role.is_member)]

    @property
    def _college(self) -> College:
        """That of the last role, a member."""
        college = self.roles[-1].college
        assert college is not None
        return college

    def _organisation(self) -> Canary:
        """An organisation that is not admitted, and has not signed."""
        Organisation.objects.create(
            pk=self.pk, slug=self.slug, name=self._renewed_word(), folded_name=self.word,
            college=self._college, admitted_at=None,
        )  # fmt: skip
        return self._canary("organisation", _animates)

    def _draft(self) -> Canary:
        """A draft of a version of the charter."""
        CharterDraft.objects.create(
            pk=self.pk,
            name=self._renewed_word(),
            text=self.word,
            adopted_on=timezone.localdate(),
        )
        return self._canary("charter draft", _animates)

    def _thread(
        self,
        space: Space,
        *,
        title: str | None = None,
        tag: str | None = None,
        removed_at: datetime | None = None,
        **hidden: Any,
    ) -> Thread:
        thread = Thread.objects.create(
            pk=self.pk, space=space, topic=self.topic, kind="question", author=self.author,
            title=title or self.word, post_count=2, removed_at=removed_at,
        )  # fmt: skip
        texts = [self.word, self.word] if title is None else ["Audit.", self.word]
        ids = [self.pk, self.pk + 1] if title is None else [self.pk + 1, self.pk]
        for number, (pk, text) in enumerate(zip(ids, texts, strict=True), start=1):
            post = Post.objects.create(
                pk=pk, thread=thread, number=number, author=self.author, text=text, html=text,
                idempotency_key=uuid4(), **(hidden if text == self.word else {}),
            )  # fmt: skip
            if pk == self.pk:
                self._file_and_version(post)
        if tag is None:
            tag = Tag.objects.create(pk=self.pk, slug=self.slug, name=self.word)
            TagSynonym.objects.create(tag=tag, slug=self.word, name=self.word)  # Found by it.
            Tagging.objects.create(pk=self.pk, tag=tag, content_object=thread, name=self.word)
        if title is None:
            Summary.objects.create(
                pk=self.pk, thread=thread, text=self.word, html=self.word, author=self.author
            )
            self._name_in_newsletter(thread)
        others = Thread.objects.exclude(pk=self.pk).order_by("-pk")[:1]
        ThreadLink.objects.bulk_create(
            ThreadLink(
                pk=self.pk, thread=other, linked=thread, kind="see_also", made_by=self.author
            )
            for other in others
        )
        prefetch_related_objects([thread], "taggings")
        replace_documents([thread])
        return thread

    def _name_in_newsletter(self, thread: Thread) -> None:
        about = {"published_at": timezone.now()}
        issue, _is_new = NewsletterIssue.objects.get_or_create(week=_WEEK, defaults=about)
        NewsletterItem.objects.create(
            pk=self.pk, issue=issue, position=1, thread=thread, note=self.word
        )

    def _file_and_version(self, post: Post) -> None:
        """A file of the post, whose object there is not, and what the post said before."""
        row = StoredFile(
            pk=UUID(int=self.pk), owner=self.author, post=post, name=f"{self.word}.txt", size=1,
            is_image=False, media_type="text/plain", key=file_key(self.pk),
            state=FileState.READY,
        )  # fmt: skip
        row.content.name = row.object_name()
        row.save(force_insert=True)
        post.files = written([row.shown])
        post.save(update_fields=["files"])
        Revision.objects.create(
            pk=self.pk, thread=post.thread, post=post, version=1, text=self.word,
            author=self.author, edited_by=self.author,
        )  # fmt: skip

    def _private_rows(self, place: str, post: Post, owner: Role, *, of_all: bool) -> Canary:
        """Rows of ``owner`` about ``post``, with a word that only they and animators see."""
        assert owner.person is not None  # Only a guest is nobody.
        fill_rows(self.pk, self._renewed_word(), owner.person, post, of_all=of_all)
        return self._canary(
            place, lambda role: role is owner or _animates(role), is_whole=of_all
        )

    def _renewed_word(self) -> str:
        self.word = f"canari{token_hex(7)}"
        return self.word

    def _canary(
        self,
        place: str,
        is_seen_by: Callable[[Role], bool],
        space_slug: str = "",
        is_whole: bool = True,
    ) -> Canary:
        seen_by = frozenset(role.name for role in self.roles if is_seen_by(role))
        return Canary(place, self.word, self.pk, self.slug, space_slug, seen_by, is_whole)


def _public_space() -> Space:
    space = Space.objects.filter(audience=Audience.PUBLIC).first()
    assert space is not None  # The reference data has one.
    return space


def private_spaces() -> QuerySet[Space]:
    """The spaces of the site that are not public, without those of canaries."""
    return Space.objects.exclude(audience=Audience.PUBLIC).filter(pk__lt=FIRST_ID)


def file_key(pk: int) -> str:
    """The key of the file of the canary ``pk``."""
    return f"{pk:032x}"


def _animates(role: Role) -> bool:
    return role.animates

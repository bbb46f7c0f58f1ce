"""What pages show of a move: the answers of authors, their posts, and who loses the thread."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import User
from accounts.viewers.viewers import (
    Viewer,
    pair_with_viewers,
    viewer_of_person,
    with_viewer_annotations,
)
from forum.base import rules, visibility
from forum.conversation.follows.models import Follow
from forum.conversation.threads.held_edits.queries import has_own_held_edit
from forum.conversation.threads.own_posts import blank_text, may_read_text
from forum.library.sheets.sensitive_details import SensitiveDetail, sensitive_details
from forum.models import Post, Space, Thread
from forum.moderation.thread_moves.agreed_posts import agreed_posts
from forum.moderation.thread_moves.consents import answers_to, author_ids, withheld_for
from forum.moderation.thread_moves.models import ThreadMove, asked_posts


@dataclass(frozen=True)
class AuthorAnswer:
    """An author of a thread that waits to be moved; ``agrees`` is None until they answer."""

    author: User
    agrees: bool | None


@dataclass(frozen=True)
class AskedPost:
    """A post about which its author is asked, and what in it they may want to take out.

    ``title``: the one that it opens, "" where there is none or they may not see it.
    ``may_edit``: whether they may change it now; ``may_retitle``: the title that it opens, too.
    ``waits_for_others``: whether it shows words of who has not agreed either.
    """

    post: Post
    title: str
    details: list[SensitiveDetail]
    may_edit: bool
    may_retitle: bool
    waits_for_others: bool


@dataclass(frozen=True)
class LosingReaders:
    """Those who would lose a thread: who wrote in it, and the number of others who follow it.

    Whom one follows is for nobody else to see, so that those have no name. ``stamp``: what the
    form bears that shows them.
    """

    authors: tuple[User, ...]
    follower_count: int
    stamp: str

    @property
    def has_any(self) -> bool:
        """Whether anybody would."""
        return bool(self.authors or self.follower_count)


def author_answers(move: ThreadMove) -> list[AuthorAnswer]:
    """The authors of the thread by name, with what each has answered."""
    answers = answers_to(move)
    authors = User.objects.filter(pk__in=author_ids(move.thread)).order_by("full_name", "pk")
    return [AuthorAnswer(author, answers.get(author.pk)) for author in authors]


def own_posts_of(move: ThreadMove, viewer: Viewer) -> QuerySet[Post]:
    """The posts with words of ``viewer`` in the thread, in order, whether they see it or not.

    And what ``move`` withholds of theirs, in whatever thread that is now. Each says whether it
    ``has_held_edit`` of theirs.
    """
    own = Post.objects.visible_to(viewer, asked_posts).with_byline()
    own = own.annotate(has_held_edit=has_own_held_edit(viewer))
    theirs = own.filter(Q(thread=move.thread_id) | Q(withheld_move=move))
    return theirs.select_related("thread__space").order_by("thread_id", "number")


def shown_posts_of(posts: list[Post], viewer: Viewer, move: ThreadMove) -> list[AskedPost]:
    """``posts``, as the page shows them on which ``viewer`` is asked by ``move`` about them.

    Without the text of what others wrote since where the viewer reads it no more.
    """
    threads = {post.thread_id for post in posts}
    seen_threads = Thread.objects.visible_to(viewer).filter(pk__in=threads)
    seen = set(seen_threads.values_list("pk", flat=True))
    withheld = withheld_for(move, viewer.person_id)
    others = {post.pk: people - {viewer.person_id} for post, people in withheld.items()}
    waiting = others.keys() - agreed_posts(move, others)
    return [
        _asked_post(post, viewer, sees=post.thread_id in seen, waits=post.pk in waiting)
        for post in posts
    ]


def _asked_post(post: Post, viewer: Viewer, *, sees: bool, waits: bool) -> AskedPost:
    thread = post.thread
    if not may_read_text(viewer, post, sees_thread=sees):
        blank_text(post)
    is_first = post.number == 1
    may_edit = sees and (
        rules.may_edit_post(viewer, post, thread)
        or (rules.is_of_sheet(post, thread) and rules.may_reply(viewer, thread))
    )
    title = thread.title if is_first and sees else ""
    texts = (title, post.text) if title else (post.text,)
    may_retitle = sees and is_first and not thread.has_sheet
    return AskedPost(
        post,
        title,
        sensitive_details(*texts),
        may_edit=may_edit,
        may_retitle=may_retitle and rules.may_edit_thread(viewer, thread),
        waits_for_others=waits,
    )


def losing_readers(thread: Thread, space: Space) -> LosingReaders:
    """``losing_people``, as pages name them."""
    losing = losing_people(thread, space)
    authors = User.objects.filter(pk__in=author_ids(thread).intersection(losing))
    named = tuple(authors.order_by("full_name", "pk"))
    return LosingReaders(named, len(losing) - len(named), stamp_of_losing(losing))


def stamp_of_losing(losing: Collection[int]) -> str:
    """What a form holds that names those who lose a thread: the same for the same people."""
    if not losing:
        return "-"
    # Keyed, or trying ids would tell who follows.
    named = ",".join(map(str, losing))
    return salted_hmac("losing readers", named, algorithm="sha256").hexdigest()[:16]


def losing_people(thread: Thread, space: Space) -> list[int]:
    """Those who wrote in ``thread`` or follow it, read it, and would not in ``space``."""
    follows = Follow.objects.filter(thread=thread)
    annotated = with_viewer_annotations(follows, timezone.now())
    viewers = [viewer for _follow, viewer in pair_with_viewers(annotated)]
    followed = {viewer.person_id for viewer in viewers}
    for author in User.objects.filter(pk__in=author_ids(thread) - followed):
        viewers.append(viewer_of_person(author))
    kinds = frozenset(viewer.rights for viewer in viewers)
    places = Space.objects.visible_to_any(kinds).filter(pk__in=[thread.space_id, space.pk])
    seen = {place.pk: place for place in places}
    aliases = visibility.sight_aliases(visibility.spaces, kinds)

    def sees(viewer: Viewer, pk: int) -> bool:
        return pk in seen and getattr(seen[pk], aliases[viewer.rights])

    return sorted(
        viewer.person_id
        for viewer in viewers
        if viewer.person_id and sees(viewer, thread.space_id) and not sees(viewer, space.pk)
    )

"""Who wrote in a thread, what they answered, and who loses it by a move."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import User
from accounts.viewers.viewers import (
    Viewer,
    pair_with_viewers,
    viewer_of_person,
    with_viewer_annotations,
)
from forum import visibility
from forum.follows.models import Follow
from forum.models import Post, Space, Thread
from forum.thread_moves.models import ThreadMove


@dataclass(frozen=True)
class AuthorAnswer:
    """An author of a thread that waits to be moved; ``agrees`` is None until they answer."""

    author: User
    agrees: bool | None


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


def author_ids(thread: Thread) -> set[int]:
    """The people of whom the thread holds words, hidden ones too, which may be restored."""
    written = thread.posts.filter(deleted_at=None).order_by()
    return set(written.values_list("author_id", flat=True).distinct())


def answers_to(move: ThreadMove) -> dict[int, bool]:
    """``{author id: whether they agree}``; who proposed the move does, unless they say no."""
    return {move.proposed_by_id: True} | dict(move.answers.values_list("author_id", "agrees"))


def agreeing_ids(move: ThreadMove) -> set[int]:
    """The authors who agree to ``move``."""
    return {author for author, agrees in answers_to(move).items() if agrees}


def first_author_id(thread: Thread) -> int | None:
    """The author of the first post, None where it was deleted."""
    first = thread.posts.filter(deleted_at=None, number=1)
    return first.values_list("author_id", flat=True).first()


def author_answers(move: ThreadMove) -> list[AuthorAnswer]:
    """The authors of the thread by name, with what each has answered."""
    answers = answers_to(move)
    authors = User.objects.filter(pk__in=author_ids(move.thread)).order_by("full_name", "pk")
    return [AuthorAnswer(author, answers.get(author.pk)) for author in authors]


def own_posts_of(move: ThreadMove, viewer: Viewer) -> list[Post]:
    """What ``viewer`` wrote in the thread, in order, whether they may see the thread or not.

    And what ``move`` withholds of theirs, in whatever thread that is now.
    """
    own = Post.objects.visible_to(viewer, visibility.own_posts)
    theirs = own.filter(Q(thread=move.thread_id) | Q(withheld_move=move))
    return list(theirs.order_by("thread_id", "number"))


def losing_readers(thread: Thread, space: Space) -> LosingReaders:
    """``losing_people``, as pages name them."""
    losing = losing_people(thread, space)
    authors = User.objects.filter(pk__in=author_ids(thread).intersection(losing))
    named = tuple(authors.order_by("full_name", "pk"))
    return LosingReaders(named, len(losing) - len(named), stamp_of_losing(losing))


def stamp_of_losing(losing: Collection[int]) -> str:
    """What a form bears that names those who lose a thread: the same for the same people."""
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

    def sees(viewer, pk):
        return pk in seen and getattr(seen[pk], aliases[viewer.rights])

    return sorted(
        viewer.person_id
        for viewer in viewers
        if viewer.person_id and sees(viewer, thread.space_id) and not sees(viewer, space.pk)
    )

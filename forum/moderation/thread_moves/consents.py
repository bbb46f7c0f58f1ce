"""Who must agree before others read their words, and who has agreed to which move."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from forum.base.writers import writer_ids, writers_by_row
from forum.conversation.mentions.quotations import quoted_ids
from forum.conversation.threads.revisions.models import Revision
from forum.models import Audience, Post, Space, Thread
from forum.moderation.thread_moves.agreed_posts import agreed_posts, stamps_of
from forum.moderation.thread_moves.models import ThreadMove
from forum.moderation.thread_moves.post_moves.models import PostMove


def author_ids(thread: Thread) -> set[int]:
    """The people of whom the thread holds words, hidden ones too, which may be restored."""
    return writer_ids(thread.posts.all())


def answers_to(move: ThreadMove) -> dict[int, bool]:
    """``{author id: whether they agree}``; who proposed the move does, unless they say no."""
    return {move.proposed_by_id: True} | dict(move.answers.values_list("author_id", "agrees"))


def agreeing_ids(move: ThreadMove) -> set[int]:
    """The authors who agree to ``move``."""
    return {author for author, agrees in answers_to(move).items() if agrees}


def may_move_first(thread: Thread, move: ThreadMove) -> bool:
    """Whether all whose words the first post shows agree to ``move``; or it is deleted."""
    first = thread.posts.filter(deleted_at=None, number=1)
    people = consents_of(first, thread, move.space)
    return agreed_posts(move, people) == people.keys()


def stamps_for(move: ThreadMove, person: int | None) -> dict[str, str]:
    """What an answer of ``person`` to ``move`` is about: ``MoveAnswer.stamps``."""
    thread = move.thread
    posts = list(thread.posts.filter(deleted_at=None))
    consents = consents_of(posts, thread, move.space)
    pks = [pk for pk, people in consents.items() if person in people]
    pks += [post.pk for post in withheld_for(move, person)]
    return {str(pk): stamp for pk, stamp in stamps_of(pks).items()}


def first_author_ids(thread: Thread, space: Space) -> set[int]:
    """Who must agree before the readers of ``space`` read the first post, unless it is gone."""
    first = thread.posts.filter(deleted_at=None, number=1)
    return set().union(*consents_of(first, thread, space).values())


def consents_of(posts: Iterable[Post], thread: Thread, space: Space) -> dict[int, set[int]]:
    """``{post id: who must agree}`` before all who read ``space`` read ``posts`` of ``thread``.

    Whose words each shows, and those of the posts that it quotes: of this thread, or which not
    all of these readers read.
    """
    quoting = {post.pk: set(quoted_ids(post.html)) for post in posts}
    quoted_posts = Post._base_manager.filter(pk__in=set().union(*quoting.values()))
    authors = {
        post.pk: post.author_id
        for post in quoted_posts.select_related("thread__space__group")
        if post.thread_id == thread.pk
        or not (post.is_shown and space.is_within(post.thread.space))
    }
    people = writers_by_row(Post._base_manager.filter(pk__in={*quoting, *authors}))
    for pk, author in authors.items():
        people[pk].add(author)
    return {
        pk: people[pk].union(*(people[quoted_pk] for quoted_pk in quoted & authors.keys()))
        for pk, quoted in quoting.items()
    }


def gained_readers_since(thread: Thread, at: datetime | None) -> bool:
    """Whether some of those who read ``thread`` now did not at ``at``, for a move since.

    None: for any move. Those of threads from which its posts came count too, until they came.
    """
    former = _former_threads(thread)
    moves = ThreadMove.objects.filter(thread__in=[thread.pk, *former], moved_at__isnull=False)
    if at is not None:
        moves = moves.filter(moved_at__gt=at)
    return any(
        not thread.space.is_within(move.from_space)
        for move in moves.select_related("from_space__group")
        if move.thread_id == thread.pk
        or (move.moved_at and move.moved_at <= former[move.thread_id])
    )


def _former_threads(thread: Thread) -> dict[int, datetime]:
    """``{thread id: when last}`` posts came from there into ``thread``, through others too."""
    former: dict[int, datetime] = {}
    reached = {thread.pk}
    while reached:
        moves = PostMove.objects.filter(thread__in=reached).order_by("moved_at")
        came = dict(moves.values_list("from_thread", "moved_at"))
        reached = came.keys() - former.keys() - {thread.pk}
        former = came | former
    return former


def title_is_agreed(thread: Thread) -> bool:
    """Whether who gave ``thread`` its title is asked as it moves: an author, or an animator."""
    titles = Revision.objects.filter(thread=thread, post=None, of_summary=False)
    last = titles.order_by("-pk").select_related("edited_by").first()
    if last is None or last.edited_by.is_animator:
        return True
    return last.edited_by_id in author_ids(thread)


def later_move_of(
    thread: Thread, move: ThreadMove, post: int, people: set[int]
) -> ThreadMove | None:
    """The first move after ``move`` by which more came to read ``thread``, or where it was.

    ``thread`` holds now the ``post`` that ``move`` withholds. Of the moves to which not all of
    ``people``, whose words it is, have agreed as it is; None where there is none.
    """
    places = {thread.pk, move.thread_id}
    later = ThreadMove.objects.filter(thread__in=places, moved_at__gt=move.moved_at)
    rows = later.select_related("space__group", "from_space__group").order_by("moved_at", "pk")
    wider = (it for it in rows if not it.space.is_within(it.from_space))
    return next((it for it in wider if not agreed_posts(it, {post: people})), None)


def agree_to_readers(thread: Thread, move: ThreadMove, post: int, people: set[int]) -> bool:
    """Whether each of ``people``, who agree to ``move``, agreed to who reads ``thread`` now.

    And to the licence under which it is reused, of ``post`` as it is. ``thread`` is where a
    merge or a split may have brought what ``move`` withholds.
    """
    moves = ThreadMove.objects.filter(thread=move.thread_id).select_related("space__group")
    space = thread.space
    fitting = [
        proposal
        for proposal in {move, *moves}
        if space.is_within(proposal.space)
        and (space.audience != Audience.PUBLIC or proposal.licence == thread.licence)
    ]
    return all(
        any(agreed_posts(proposal, {post: {person}}) for proposal in fitting)
        for person in people
    )


def withheld_for(move: ThreadMove, person: int | None) -> dict[Post, set[int]]:
    """``{post: who must agree}`` of what ``move`` withholds and ``person`` is asked about.

    In whatever threads it is now.
    """
    posts = Post._base_manager.filter(withheld_move=move, deleted_at=None)
    by_thread: dict[Thread, list[Post]] = defaultdict(list)
    for post in posts.select_related("thread__space__group").order_by("pk"):
        by_thread[post.thread].append(post)
    consents: dict[Post, set[int]] = {}
    for thread, rows in by_thread.items():
        people = consents_of(rows, thread, thread.space)
        consents |= {post: people[post.pk] for post in rows if person in people[post.pk]}
    return consents

"""What may be done with a move that waits."""

from forum.thread_moves.models import ThreadMove


def may_complete(move: ThreadMove, first_author_id: int | None, agreeing: set[int]) -> bool:
    """Whether a pending move may be done without the posts of those who have not agreed.

    Whoever opened the thread must agree: its title and its question are theirs. Where the first
    post was deleted, ``first_author_id`` is None, and nobody's.
    """
    return move.is_pending and (first_author_id is None or first_author_id in agreeing)

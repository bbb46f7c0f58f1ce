"""How many posts each thread gets: most a few, some many, exactly as many as asked."""

from random import Random

_MAX_WEIGHT = 12  # times the lightest
#: From 0 to 1: how many threads stay with their first post.
_UNANSWERED_SHARE = 0.03


class ImpossibleSizes(ValueError):
    """These numbers make no forum; the message says why."""


def check_sizes(threads: int, posts: int, people: int, deep: int) -> None:
    """Raise ImpossibleSizes unless such a forum can be: a post a thread, three people, …"""
    if threads < 1:
        raise ImpossibleSizes("Ask for one thread at least.")
    if posts < threads:
        raise ImpossibleSizes(f"{threads} threads need {threads} posts at least, not {posts}.")
    if people < 3:
        raise ImpossibleSizes("Ask for three people at least: one a college.")
    if deep < 0:
        raise ImpossibleSizes("A deep thread has one post at least; 0 is for none.")
    if deep > posts - (threads - 1):
        raise ImpossibleSizes(
            f"A thread of {deep} posts leaves none for the others: "
            f"at most {posts - (threads - 1)} of {posts} posts in {threads} threads."
        )
    if threads == 1 and deep not in (0, posts):
        raise ImpossibleSizes(f"One thread takes all {posts} posts, not {deep}.")


def distribute_posts(threads: int, posts: int, rng: Random) -> list[int]:
    """A list of ``threads`` sizes, each one at least, that sum to ``posts``."""
    weights = [_weight(rng) for _ in range(threads)]
    if not any(weights):
        weights = [1] * threads
    counts = [1] * threads
    remaining = posts - threads
    for index in rng.choices(range(threads), weights, k=remaining) if remaining else ():
        counts[index] += 1
    return counts


def _weight(rng: Random) -> float:
    """How likely a thread gets a post more than the first, beside the others."""
    if rng.random() < _UNANSWERED_SHARE:
        return 0
    return min(rng.paretovariate(1.2), _MAX_WEIGHT)

"""How many posts each thread gets: most a few, some many, exactly as many as asked."""

_HEAVIEST = 12  # times the lightest


class Impossible(ValueError):
    """These numbers make no forum; the message says why."""


def check(threads, posts, people, deep):
    """Raise Impossible unless such a forum can be: a post a thread, three people, …"""
    if threads < 1:
        raise Impossible("Ask for one thread at least.")
    if posts < threads:
        raise Impossible(f"{threads} threads need {threads} posts at least, not {posts}.")
    if people < 3:
        raise Impossible("Ask for three people at least: one a college.")
    if deep < 0:
        raise Impossible("A deep thread has one post at least; 0 is for none.")
    if deep > posts - (threads - 1):
        raise Impossible(
            f"A thread of {deep} posts leaves none for the others: "
            f"at most {posts - (threads - 1)} of {posts} posts in {threads} threads."
        )
    if threads == 1 and deep not in (0, posts):
        raise Impossible(f"One thread takes all {posts} posts, not {deep}.")


def share_out(threads, posts, chance):
    """A list of ``threads`` sizes, each one at least, that sum to ``posts``."""
    weights = [min(chance.paretovariate(1.2), _HEAVIEST) for _ in range(threads)]
    counts = [1] * threads
    left = posts - threads
    for index in chance.choices(range(threads), weights, k=left) if left else ():
        counts[index] += 1
    return counts

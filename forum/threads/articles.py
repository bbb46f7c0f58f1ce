"""A post as every page shows it: rendered once for everyone, then kept (``forum/once.py``)."""

from functools import cache

from django.utils import timezone

from accounts.prepared import Prepared
from forum import visibility
from forum.once import Part, row_of
from forum.threads import shown
from forum.threads.models import Post

_ARTICLE = Part("forum/thread.html", "post")
_PK = shown.POST.index("pk")


def articles_between(viewer, thread, first, last):
    """The articles of the posts numbered ``first`` to ``last`` of ``thread``, in order.

    The words are read of those only that are not kept.
    """
    rows = _BETWEEN.rows(viewer.kind, thread_id=thread.pk, first=first, last=last)
    kept = _ARTICLE.recall([_key(row, thread) for row in rows])
    found = {key[0][_PK]: html for key, html in kept.items()}
    if missing := [pk for pk, html in found.items() if html is None]:
        posts = thread.posts.for_display(viewer).filter(pk__in=missing)
        found |= {post.pk: article(post, thread) for post in posts}
    return [html for html in found.values() if html is not None]


def articles_of(viewer, thread, pks):
    """``{post id: (number, article)}`` of these posts of ``thread``, in order.

    Those are missing that are no longer in the space that ``thread`` was read in.
    """
    pks = list(pks)
    size = 1 << (len(pks) - 1).bit_length()
    places = {f"pk_{n}": pk for n, pk in enumerate(pks + pks[:1] * (size - len(pks)))}
    where = {"thread_id": thread.pk, "space_id": thread.space_id}
    posts = _these(size).rows(viewer.kind, **where, **places)
    return {post.pk: (post.number, article(post, thread)) for post in posts}


def article(post, thread):
    """The article of ``post``, which was read ``for_display``."""
    _row, is_former, kind, accepted = key = _key(row_of(post, shown.POST), thread)
    about = {"pk": post.thread_id, "kind": kind, "accepted_id": post.pk if accepted else None}
    return _ARTICLE.recall([key])[key] or _ARTICLE.render(
        key, post=post, thread=about, is_former=is_former
    )


def _key(row, thread):
    """All that an article shows but its words, which change with the post's version.

    Of when a mandate ends it shows whether it has, be it that nobody has marked it yet.
    """
    *shows, departed, ended = row
    is_former = departed is not None or (ended is not None and ended <= timezone.now())
    return tuple(shows), is_former, thread.kind, row[_PK] == thread.accepted_id


def _between(kind, thread_id, first, last):
    seen = Post.objects.visible_to(kind, visibility.traces).filter(thread=thread_id)
    seen = seen.filter(number__gte=first, number__lte=last).order_by("number")
    return seen.values_list(*shown.POST)


_BETWEEN = Prepared(_between, "thread_id", "first", "last")


@cache
def _these(size):
    """The query of ``size`` posts, a power of two: fewer leave some of its places the same."""

    def these(kind, thread_id, space_id, **pks):
        posts = Post.objects.visible_to(kind, visibility.traces).as_shown()
        return posts.filter(pk__in=pks.values(), thread=thread_id, thread__space=space_id)

    return Prepared(these, "thread_id", "space_id", *(f"pk_{n}" for n in range(size)))

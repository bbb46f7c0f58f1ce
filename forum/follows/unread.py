"""How many followed threads have news: the badge, for one viewer or for many at once.

What a viewer may no longer see counts for nothing, and counts again when the right is back.
Nothing is counted ahead: a reply costs the same whether nobody follows or a thousand do.
"""

from django.db.models import Count

from accounts.prepared import Prepared
from forum.follows.models import Follow

#: A badge says no more than this, so that one query never counts for long.
MOST = 99
#: Followers of a thread that are read whole, rather than asked for one by one.
FEW = 1000


def unread(viewer):
    """How many followed threads have news for ``viewer``, ``MOST`` at most."""
    if not viewer.is_registered:
        return 0
    return len(_NEWS.rows(viewer.kind, MOST, person_id=viewer.person_id))


def unread_of(viewers):
    """``{person id: unread}`` of all ``viewers`` with a person, in a query a kind of viewer."""
    counts = {viewer.person_id: 0 for viewer in viewers if viewer.person_id}
    people = {}
    for viewer in viewers:
        if viewer.is_registered:
            people.setdefault(viewer.kind, set()).add(viewer.person_id)
    for kind, ids in people.items():
        told = Follow.objects.visible_to(kind).filter(person__in=ids).with_news()
        counted = told.values_list("person").annotate(threads=Count("pk")).order_by()
        counts |= {person: min(threads, MOST) for person, threads in counted}
    return counts


def followers_among(thread_id, person_ids):
    """Those of ``person_ids`` that follow the thread, whether or not they still see it."""
    followers = _FOLLOWERS.rows(thread_id=thread_id)
    if len(followers) > FEW:  # Too many to read them all for each reply.
        followers = Follow.objects.filter(thread=thread_id, person__in=person_ids)
        followers = followers.values_list("person", flat=True)
    return set(followers).intersection(person_ids)


def _news(kind, most, person_id):
    told = Follow.objects.visible_to(kind).filter(person=person_id).with_news()
    return told.values_list("pk")[:most]


def _followers(thread_id):
    rows = Follow.objects.filter(thread=thread_id).order_by()
    return rows.values_list("person", flat=True)[: FEW + 1]


_NEWS = Prepared(_news, "person_id")  # Every page asks this,
_FOLLOWERS = Prepared(_followers, "thread_id")  # and every reply this.

"""Who may see what: the one place that decides it.

Every read of the forum starts with ``Model.objects.visible_to(viewer)``: a page, a count,
a list and a live update alike. Each rule is written once, as a condition that the database
applies, and the rules nest: a post shows where its thread does, a thread where its space
does. There is no second copy in Python to drift from the first: to ask about one post, ask
``Post.objects.visible_to(viewer).get(pk=…)``, and a miss is a 404 like any other.

A rule takes a viewer and a prefix. ``viewer`` is a ``Viewer``, or its ``rights`` where the
rule does not depend on the person. ``prefix`` is the path from the model being filtered to
the one the rule is about, such as ``thread__space__``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, Self

from django.apps import apps
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, Model, OuterRef, Q
from django.db.models.query import QuerySet
from django.utils import timezone

from accounts.base.expressions import Literal
from accounts.models import GroupEntry
from accounts.organisations.queries import known_organisations
from accounts.profiles.queries import findable as findable
from accounts.viewers.viewers import AccessLevel as AccessLevel
from accounts.viewers.viewers import Rights, Viewer

#: A condition, by viewer and prefix.
Rule = Callable[..., Q]


def spaces(viewer: Viewer | Rights, prefix: str = "") -> Q:
    """Public spaces; for members the network's, and those of one's colleges and groups.

    Also those of colleges that one has opened by break-glass access, while it lasts.
    """
    seen = Q((f"{prefix}audience", "public"))
    if viewer.level >= AccessLevel.MEMBER:
        seen |= Q((f"{prefix}audience", "network"))
        if viewer.group_ids:
            seen |= Q((f"{prefix}group__in", sorted(viewer.group_ids)))
    if college_ids := viewer.college_ids | viewer.opened_college_ids:
        seen |= Q((f"{prefix}college__in", sorted(college_ids)))
    return seen


def members_spaces(viewer: Viewer | Rights, prefix: str = "") -> Q:
    """The network's spaces, to who is no member: how many threads they hold may be told.

    Nothing else of them, and not of the spaces of colleges and groups. Members: none.
    """
    if viewer.level >= AccessLevel.MEMBER:
        return Q((f"{prefix}pk__in", []))
    return Q((f"{prefix}audience", "network"))


def writable_spaces(viewer: Viewer | Rights, prefix: str = "") -> Q:
    """The visible spaces, without those that one only reads (``rules.is_read_only``)."""
    visible = spaces(viewer, prefix)
    if not (viewer.opened_college_ids or viewer.archived_group_ids):
        return visible
    opened = Q((f"{prefix}college__in", sorted(viewer.opened_college_ids)))
    archived = Q((f"{prefix}group__in", sorted(viewer.archived_group_ids)))
    return visible & ~(opened | archived)


def groups(viewer: Viewer, prefix: str = "", at: datetime | None = None) -> Q:
    """The working groups that a member knows of: their own, and those they may join.

    Those with an unanswered request of theirs or invitation to them, and the active ones that
    take requests, from the whole network or from one of their colleges.
    """
    if viewer.level < AccessLevel.MEMBER:
        return Q((f"{prefix}pk__in", []))
    entries = GroupEntry.objects.pending(at).filter(person=viewer.person_id)
    pending = Q(Exists(entries.filter(group=OuterRef(f"{prefix}pk"))))
    takes_requests = Q((f"{prefix}join_policy", "request")) & active_groups(prefix, at)
    within = Q((f"{prefix}college", None)) | Q(
        (f"{prefix}college__in", sorted(viewer.college_ids))
    )
    own = Q((f"{prefix}pk__in", sorted(viewer.group_ids)))
    return own | (within & (pending | takes_requests))


def active_groups(prefix: str = "", at: datetime | None = None) -> Q:
    """The working groups that are not archived."""
    return Q((f"{prefix}ends_at", None)) | Q((f"{prefix}ends_at__gt", at or timezone.now()))


def own_group_entries(viewer: Viewer, prefix: str = "") -> Q:
    """The viewer's requests and invitations, whatever their outcome."""
    return Q((f"{prefix}person", viewer.person_id or 0))


def pending_entries(viewer: Viewer, prefix: str = "", at: datetime | None = None) -> Q:
    """Those of the viewer's entries whose group is active and known to them."""
    group = f"{prefix}group__"
    known = active_groups(group, at) & groups(viewer, group, at)
    return own_group_entries(viewer, prefix) & known


def organisations(viewer: Viewer, prefix: str = "", at: datetime | None = None) -> Q:
    """The organisations whose page one may open: those that one knows of."""
    return known_organisations(viewer, prefix, at)


def break_glass_logs(viewer: Viewer | Rights, prefix: str = "") -> Q:
    """The college spaces whose log of accesses one reads: one's own; animators, all."""
    of_college = Q((f"{prefix}audience", "college"))
    own = Q((f"{prefix}college__in", sorted(viewer.college_ids | viewer.opened_college_ids)))
    return of_college if viewer.is_animator else of_college & own


def threads(viewer: Viewer | Rights, prefix: str = "") -> Q:
    """The threads of visible spaces that have not been removed."""
    return spaces(viewer, prefix=f"{prefix}space__") & remaining_threads(prefix)


def public_titles(viewer: Viewer | Rights, prefix: str = "") -> Q:
    """The solved questions, in spaces that one does not read, whose titles anybody reads.

    Nothing else of them. Their authors were told as they asked (``has_public_title``), and
    their space has been opened so ever since (``public_titles_since``).
    """
    begun = Q((f"{prefix}created_at__gte", F(f"{prefix}space__public_titles_since")))
    posts = apps.get_model("forum", "Post").objects.filter(shown_posts(), number=Literal(1))
    first = Q(Exists(posts.filter(thread=OuterRef(f"{prefix}pk"))))
    titled = Q((f"{prefix}has_public_title", True), (f"{prefix}kind", "question"))
    answer = Q((f"{prefix}accepted__isnull", False)) & shown_posts(f"{prefix}accepted__")
    hidden = ~spaces(viewer, f"{prefix}space__")
    return titled & begun & hidden & remaining_threads(prefix) & answer & first


def remaining_threads(prefix: str = "") -> Q:
    """The threads that have not been removed, wherever they are."""
    return Q((f"{prefix}removed_at", None))


def posts(viewer: Viewer | Rights, prefix: str = "") -> Q:
    """The shown posts of visible threads."""
    return threads(viewer, prefix=f"{prefix}thread__") & shown_posts(prefix)


def shown_posts(prefix: str = "") -> Q:
    """Posts whose text is shown: not hidden, deleted, withheld, held. Python: ``is_shown``."""
    columns = "hidden_at", "deleted_at", "withheld_move", "held_at"
    return Q(*((f"{prefix}{column}", None) for column in columns))


def posts_with_tombstones(viewer: Viewer | Rights, prefix: str = "") -> Q:
    """All posts of visible threads but undone ones. Of removed ones callers show the number."""
    return threads(viewer, prefix=f"{prefix}thread__") & Q((f"{prefix}is_undone", False))


def hidden_posts(viewer: Viewer, prefix: str = "") -> Q:
    """Hidden posts whose text may still be read: by animators and by their author."""
    hidden = Q((f"{prefix}hidden_at__isnull", False), (f"{prefix}deleted_at", None))
    hidden &= Q((f"{prefix}withheld_move", None))
    readable = spaces(viewer, prefix=f"{prefix}thread__space__") & hidden
    own = Q((f"{prefix}author", viewer.person_id or 0))
    return readable if viewer.is_animator else readable & own


def held_posts(viewer: Viewer, prefix: str = "") -> Q:
    """The posts that wait, which animators read in the spaces they see, and their authors."""
    waiting = Q((f"{prefix}held_at__isnull", False), (f"{prefix}deleted_at", None))
    readable = spaces(viewer, prefix=f"{prefix}thread__space__") & waiting
    own = Q((f"{prefix}author", viewer.person_id or 0))
    return readable if viewer.is_animator else readable & own


def own_posts(viewer: Viewer, prefix: str = "") -> Q:
    """The posts that the viewer wrote and has not deleted: theirs whatever their rights are."""
    return Q((f"{prefix}author", viewer.person_id or 0), (f"{prefix}deleted_at", None))


def deletable_posts(viewer: Viewer, prefix: str = "") -> Q:
    """The shown posts, and the viewer's own hidden ones, which they may delete."""
    own = posts_with_tombstones(viewer, prefix) & own_posts(viewer, prefix)
    return posts(viewer, prefix) | own


def threads_with_removed(viewer: Viewer | Rights, prefix: str = "") -> Q:
    """The threads of visible spaces, removed ones too: an animator may restore their post."""
    return spaces(viewer, prefix=f"{prefix}space__")


def own_threads(viewer: Viewer, prefix: str = "") -> Q:
    """The threads in which the viewer wrote something that they have not deleted."""
    posts = apps.get_model("forum", "Post").objects.filter(own_posts(viewer))
    return Q(Exists(posts.filter(thread=OuterRef(f"{prefix}pk"))))


def tags(viewer: Viewer | Rights, prefix: str = "") -> Q:
    """The tags of at least one visible thread: the name of a tag is content."""
    taggings = apps.get_model("forum", "Tagging").objects.visible_to(viewer)
    return Q(Exists(taggings.filter(tag=OuterRef(f"{prefix}pk"))))


def subscriptions(viewer: Viewer, prefix: str = "") -> Q:
    """The viewer's own, to what they may know of: spaces, tags and organisations."""
    known = Q((f"{prefix}topic__isnull", False)) | Q((f"{prefix}territory__isnull", False))
    for into in "", "merged_into__":
        tag, organisation = f"{prefix}tag__{into}", f"{prefix}organisation__{into}"
        known |= tags(viewer, tag) | Q((f"{tag}family__gt", ""))
        known |= Q((f"{organisation}isnull", False)) & organisations(viewer, organisation)
    known |= spaces(viewer, f"{prefix}space__")
    return Q((f"{prefix}person", viewer.person_id or 0)) & known


def expertise(viewer: Viewer, prefix: str = "") -> Q:
    """For members, the expertise of people listed in the directory; for anyone, their own."""
    own = Q((f"{prefix}person", viewer.person_id or 0))
    if viewer.level < AccessLevel.MEMBER:
        return own
    return own | findable(f"{prefix}person__")


class VisibleQuerySet[Row: Model](QuerySet[Row]):
    """A queryset that readers enter by ``visible_to``. Subclasses set ``rule``.

    Seen where a post is: ``rule = staticmethod(partial(visibility.posts, prefix="post__"))``.
    """

    rule: Rule  # A ``staticmethod`` of one of the functions above.

    def visible_to(self, viewer: Viewer | Rights, rule: Rule | None = None) -> Self:
        """The rows that ``viewer`` may see, by ``rule`` or else the model's."""
        return self.filter((rule or self.rule)(viewer))

    def visible_to_any(self, rights_set: frozenset[Rights]) -> Self:
        """Rows that any of ``rights_set`` may see, with the columns of ``sight_aliases``."""
        conditions = {
            alias: self.rule(rights)
            for rights, alias in sight_aliases(self.rule, rights_set).items()
        }
        if not conditions:
            return self.none()
        flags = {
            alias: ExpressionWrapper(condition, BooleanField())
            for alias, condition in conditions.items()
        }
        return self.filter(Q(*conditions.values(), _connector=Q.OR)).annotate(**flags)


@lru_cache(1024)
def sight_aliases(rule: Rule, rights_set: frozenset[Rights]) -> dict[Rights, str]:
    """For each of ``rights_set``, the column of ``visible_to_any`` that says if they see a row.

    Many kinds of viewers share few conditions, and so a column. Its name does not depend on
    the order of the set: a query compiled once for some rights has the same columns each time.
    """
    aliases: dict[Q, str] = {}
    return {
        rights: aliases.setdefault(rule(rights), f"sight_{len(aliases)}")
        for rights in sorted(rights_set, key=_sort_key)
    }


def _sort_key(rights: Rights) -> tuple[Any, ...]:
    """The same for equal rights, and for no others."""
    level, college_ids, group_ids, is_animator, opened_college_ids, archived_group_ids = rights
    sets = map(sorted, (college_ids, group_ids, opened_college_ids, archived_group_ids))
    return level, is_animator, *sets

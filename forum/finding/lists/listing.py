"""A list of threads, as its address describes it, and the threads it holds for a viewer.

The page, its socket and the plain-HTTP stand-in all start from the same ``Listing``, so
what is announced is what a reload would show.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import urlencode

from django.db.models import Q, QuerySet, Subquery
from django.db.models.lookups import IsNull
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.base.pagination import page_number
from accounts.viewers.viewers import Rights, Viewer
from forum.base import visibility
from forum.base.spaces.models import Space, Topic
from forum.base.spaces.queries import in_visible_spaces
from forum.conversation.tags.models import Tag, Tagging
from forum.conversation.threads.kinds import UNANSWERED, ThreadKind, resolved
from forum.conversation.threads.models import Thread
from forum.finding.lists.rows import ThreadListPage

VIEWS = {
    "recents": _("Récents"),
    "sans-reponse": _("Sans réponse"),
    "experiences": _("Expériences"),
    "resolus": _("Résolus"),
}
_VIEW_CONDITIONS = {
    "recents": Q(),
    "sans-reponse": UNANSWERED,
    "experiences": Q(kind=ThreadKind.EXPERIENCE),
    "resolus": resolved(),
}
#: The kind of all threads of a view.
_VIEW_KINDS = {
    "sans-reponse": ThreadKind.QUESTION,
    "experiences": ThreadKind.EXPERIENCE,
    "resolus": ThreadKind.QUESTION,
}


_SLUG = re.compile(r"[-a-zA-Z0-9_]{1,100}")


@dataclass(frozen=True)
class Listing:
    """Which threads, filtered how, on which page. Empty strings filter nothing."""

    view: str = "recents"
    topic: str = ""
    space: str = ""
    tag: str = ""
    kind: str = ""
    page: int = 1

    @classmethod
    def from_query(cls, params: Mapping[str, str], **fixed: str) -> Self:
        """The listing that query ``params`` describe; ``fixed`` comes from the path.

        What is not understood filters nothing, as if it had not been asked for.
        """
        view = params.get("vue", "recents")
        kind = params.get("nature", "")
        fields: dict[str, Any] = {
            "view": view if view in VIEWS else "recents",
            "topic": _slug_param(params, "sujet"),
            "space": _slug_param(params, "espace"),
            "tag": _slug_param(params, "mot"),
            "kind": kind if kind in ThreadKind.values else "",
            "page": page_number(params),
        }
        return cls(**fields | fixed)

    def visible_ids(
        self, viewer: Viewer | Rights, is_ordered: bool, is_of_one_space: bool = False
    ) -> QuerySet[Any, tuple[int]]:
        """The ids of the listing's threads that ``viewer`` sees, from an index alone.

        They are found by the ids of the visible spaces, and of the topic, space and tag asked
        for, which subqueries read once: an index by topic then gives them in order, and that
        of its taggings those of a tag. ``is_of_one_space``, which goes with no tag: of viewers
        who read several spaces, none are found.
        """
        rows: Any
        if self.tag:
            rows = Tagging.objects.visible_to(viewer, _threads_by_space_ids)
            rows = rows.filter(tag=_pk_of(Tag, self.tag))
        else:
            rule = _threads_of_one_space if is_of_one_space else _threads_by_space_ids
            rows = Thread.objects.visible_to(viewer, rule)
        rows = rows.filter(self._condition())
        rows = rows.in_list_order() if is_ordered else rows.order_by()
        pks: QuerySet[Any, tuple[int]]
        pks = rows.values_list("content_object" if self.tag else "pk")
        return pks

    def _condition(self) -> Q:
        """What is filtered, but by tag; on threads and, under the same names, on taggings."""
        condition = _VIEW_CONDITIONS[self.view]
        if self.kind and self.view not in _VIEW_KINDS:
            condition &= Q(kind=self.kind)
        elif self.kind and self.kind != _VIEW_KINDS[self.view]:
            return Q(pk__in=[])  # Otherwise all of the view would be gone through in vain.
        if self.topic:
            condition &= Q(topic=_pk_of(Topic, self.topic))
        if self.space:
            condition &= Q(space=_pk_of(Space, self.space))
        return condition

    def is_seen_by(self, viewer: Viewer | Rights) -> bool:
        """Whether the space, the topic and the tag that it is of are there for ``viewer``."""
        subjects = (
            (Space.objects.visible_to(viewer), self.space),
            (Topic.objects.all(), self.topic),
            (Tag.objects.visible_to(viewer), self.tag),
        )
        return all(rows.filter(slug=slug).exists() for rows, slug in subjects if slug)

    @property
    def is_filtered(self) -> bool:
        """Whether it holds other threads than all."""
        return replace(self, page=1) != Listing()

    @property
    def is_home(self) -> bool:
        """Whether it is what the home page shows first."""
        return self == Listing()

    @property
    def is_whole(self) -> bool:
        """Whether it holds all threads of its topic, space or tag, or of the forum."""
        return self.view == "recents" and not self.kind

    def get_page(self, viewer: Viewer | Rights) -> ThreadListPage:
        """The listing's page of threads."""
        return ThreadListPage(viewer, self)

    def query(self, **changed: Any) -> str:
        """The query string of this listing, in full, with ``changed`` parts."""
        it = replace(self, **changed)
        named: dict[str, str | int] = {
            "vue": it.view if it.view != "recents" else "",
            "sujet": it.topic,
        }
        named |= {"espace": it.space, "mot": it.tag, "nature": it.kind}
        named["page"] = it.page if it.page > 1 else ""
        return urlencode({name: value for name, value in named.items() if value})

    def url(self, **changed: Any) -> str:
        """The page that shows this listing with ``changed`` parts, by its own address."""
        it = replace(self, **{"page": 1, **changed})
        for name in ("tag", "topic", "space"):
            if value := getattr(it, name):
                rest: dict[str, Any] = {name: ""}
                query = replace(it, **rest).query()
                path = reverse(name, args=[value])
                return f"{path}?{query}" if query else path
        return f"{reverse('home')}?{it.query()}" if it.query() else reverse("home")


def _threads_by_space_ids(viewer: Rights) -> Q:
    """The condition of ``visibility.threads``, without a join for each thread."""
    return in_visible_spaces(viewer) & visibility.remaining_threads()


def _threads_of_one_space(viewer: Viewer) -> Q:
    """The same, if the viewer reads one space only: its own index then holds all of them."""
    spaces = Space.objects.visible_to(viewer).order_by("pk").values("pk")
    is_only = IsNull(Subquery(spaces[1:2]), True)
    return Q(is_only, space=Subquery(spaces[:1])) & visibility.remaining_threads()


def _pk_of(model: type[Space] | type[Tag] | type[Topic], slug: str) -> Subquery:
    """A subquery of the id of the ``model`` with this slug."""
    return Subquery(model.objects.filter(slug=slug).order_by().values("pk")[:1])


def _slug_param(params: Mapping[str, str], name: str) -> str:
    """The slug given as ``name``, or nothing where it is none."""
    slug = params.get(name, "")
    return slug if _SLUG.fullmatch(slug) else ""

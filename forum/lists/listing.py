"""A list of threads, as its address describes it, and the threads it holds for a viewer.

The page, its socket and the plain-HTTP stand-in all start from the same ``Listing``, so
what is announced is what a reload would show.
"""

import re
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.base.pagination import page_number
from forum.lists.rows import ThreadListPage
from forum.threads.models import UNANSWERED, Thread, ThreadKind

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
    "resolus": Q(accepted__isnull=False),
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
    def from_query(cls, params, **fixed):
        """The listing that query ``params`` describe; ``fixed`` comes from the path.

        What is not understood filters nothing, as if it had not been asked for.
        """
        view = params.get("vue", "recents")
        kind = params.get("nature", "")
        asked = {
            "view": view if view in VIEWS else "recents",
            "topic": _slug_param(params, "sujet"),
            "space": _slug_param(params, "espace"),
            "tag": _slug_param(params, "mot"),
            "kind": kind if kind in ThreadKind.values else "",
            "page": page_number(params),
        }
        return cls(**asked | fixed)

    def threads(self, viewer):
        """The listing's threads that ``viewer`` sees, in order, with all a row shows."""
        named = {"topic__slug": self.topic, "space__slug": self.space, "kind": self.kind}
        named["tags__slug"] = self.tag
        held = Thread.objects.visible_to(viewer).filter(_VIEW_CONDITIONS[self.view])
        return held.filter(**{k: v for k, v in named.items() if v}).for_list()

    def get_page(self, viewer):
        """The listing's page of threads."""
        return ThreadListPage(viewer, self)

    def query(self, **changed):
        """The query string of this listing, in full, with ``changed`` parts."""
        it = replace(self, **changed)
        named = {"vue": it.view if it.view != "recents" else "", "sujet": it.topic}
        named |= {"espace": it.space, "mot": it.tag, "nature": it.kind}
        named["page"] = it.page if it.page > 1 else ""
        return urlencode({name: value for name, value in named.items() if value})

    def url(self, **changed):
        """The page that shows this listing with ``changed`` parts, by its own address."""
        it = replace(self, **({"page": 1} | changed))
        for name in ("tag", "topic", "space"):
            if value := getattr(it, name):
                query = replace(it, **{name: ""}).query()
                path = reverse(name, args=[value])
                return f"{path}?{query}" if query else path
        return f"{reverse('home')}?{it.query()}" if it.query() else reverse("home")


def _slug_param(params, name):
    """The slug given as ``name``, or nothing where it is none."""
    asked = params.get(name, "")
    return asked if _SLUG.fullmatch(asked) else ""

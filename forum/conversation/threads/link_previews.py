"""Link previews: what a link leads to that stands alone in a post, where that is on this site.

A post and its HTML keep the link as it was typed. Previews are put into the articles that are
sent, by a query for all of them where there is such a link. They are of what each reader of the
post may read: threads of the very same space, public ones, organisations of the network. So a
post is the same for all, and what is hidden, moved or renamed since is so at once.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache, partial
from html import unescape
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve

from accounts.base.compiled_queries import CompiledQuery, id_names, padded_id_values
from accounts.base.mail import site_address
from accounts.models import Organisation
from accounts.viewers.viewers import GUEST, Viewer
from forum.base import visibility
from forum.conversation.threads.models import Thread

#: A bare link in a paragraph of its own, and how it begins.
LONE_LINK_START = '<p><a href="http'
_LONE_LINK = re.compile(r'<p><a href="([^"]*)"[^>]*>https?://[^<]*</a></p>')
#: Links of one post that have previews: the first.
MAX_PREVIEWS = 5
_THREAD_PAGES = frozenset({"thread", "thread-short", "sheet", "sheet-short"})
#: A thread by its id, or an organisation by its slug: ``("thread", 12)``.
type _Target = tuple[str, object]


class _LoneLink(NamedTuple):
    paragraph: str
    address: str
    target: _Target


def with_link_previews[Key](
    space_id: int, articles: Mapping[Key, str | None]
) -> dict[Key, str | None]:
    """``articles`` of posts in the space of this id, with previews for their lone links."""
    previewed = dict(articles)
    site = f"{site_address()}/"
    links = {key: lone_links(site, html) for key, html in articles.items() if html}
    targets = {link.target for post_links in links.values() for link in post_links}
    subjects = _subjects(space_id, targets) if targets else {}
    for key, post_links in links.items():
        for link in post_links:
            if subject := subjects.get(link.target):
                context = {"address": link.address, "subject": subject}
                html = render_to_string("conversation/threads/link_preview.html", context)
                previewed[key] = (previewed[key] or "").replace(link.paragraph, html, 1)
    return previewed


def lone_links(site: str, html: str) -> list[_LoneLink]:
    """The links to threads and organisations of ``site`` that stand alone in an article."""
    if f'<p><a href="{site}' not in html:
        return []
    links = []
    for match in _LONE_LINK.finditer(html):
        address = unescape(match[1])
        if address.startswith(site) and (target := _target_at(address[len(site) - 1 :])):
            links.append(_LoneLink(match[0], address, target))
    return links[:MAX_PREVIEWS]


def _target_at(place: str) -> _Target | None:
    """What the page at ``place``, a path with what follows it, shows."""
    try:
        page = resolve(re.split("[?#]", place)[0])
    except Resolver404:
        return None
    if page.url_name in _THREAD_PAGES:
        return "thread", page.kwargs["pk"]
    return ("organisation", page.kwargs["slug"]) if page.url_name == "organisation" else None


def _subjects(
    space_id: int, targets: Iterable[_Target]
) -> dict[_Target, Thread | Organisation]:
    pks = [value for kind, value in targets if kind == "thread"]
    slugs = [value for kind, value in targets if kind == "organisation"]
    threads, organisations = padded_id_values(pks), padded_id_values(slugs)
    subjects: dict[_Target, Thread | Organisation] = {}
    if threads:
        thread_rows = _threads_query(len(threads)).rows(space_id=space_id, **threads)
        subjects |= {("thread", thread.pk): thread for thread in thread_rows}
    if organisations:
        rows = _organisations_query(len(organisations)).rows(**organisations)
        subjects |= {("organisation", row.slug): row for row in rows}
    return subjects


@cache
def _threads_query(size: int) -> CompiledQuery[Thread]:
    def threads(space_id: int, **pks: int) -> QuerySet[Thread]:
        seen = Thread.objects.visible_to(GUEST, partial(_read_with, space_id))
        return seen.select_related("topic", "seat__organisation").filter(pk__in=pks.values())

    return CompiledQuery(threads, "space_id", *id_names(size))


@cache
def _organisations_query(size: int) -> CompiledQuery[Organisation]:
    def organisations(at: datetime, **slugs: str) -> QuerySet[Organisation]:
        rows = Organisation.objects.in_network(at).select_related("college")
        return rows.filter(slug__in=slugs.values())

    return CompiledQuery(organisations, "at", *id_names(size))


def _read_with(space_id: int, guest: Viewer, prefix: str = "") -> Q:
    """The threads that all read who read the space: its own, and those that guests read."""
    own = Q((f"{prefix}space", space_id)) & visibility.remaining_threads(prefix)
    return visibility.threads(guest, prefix) | own

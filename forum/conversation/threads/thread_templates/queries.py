"""The templates that a new thread may begin with."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from django.db.models import Q, QuerySet

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.text import one_line
from accounts.base.translations import translated
from forum.base import markup
from forum.base.spaces.models import Topic
from forum.conversation.threads.kinds import ThreadKind
from forum.conversation.threads.thread_templates.models import TemplateGuide, ThreadTemplate

#: Guides are few: the HTML of each is made once a process.
_html_of = lru_cache(maxsize=256)(markup.render)


class OfferedTemplate(NamedTuple):
    """A template as the form of a new thread offers it, in the reader's language.

    ``html``: its guide, safe. ``text``: what a thread begins with. ``topic``: the slug of the
    topic that both are for; "" where they are general.
    """

    slug: str
    name: str
    kind: str
    html: str
    text: str
    topic: str


def offered_templates(*, is_animator: bool, topic: str = "") -> list[OfferedTemplate]:
    """The templates that are offered, each with its guide for the ``topic``, a slug, if any.

    Only animators open announcements.
    """
    rows = _OFFERED.rows(is_animator, topic=topic.replace("\0", ""))
    guides: dict[int, TemplateGuide] = {}
    for row in rows:
        if row.topic or row.template_id not in guides:
            guides[row.template_id] = row
    return [_offered(row) for row in guides.values()]


def _offered_guides(is_animator: bool, topic: str) -> QuerySet[TemplateGuide]:
    of_topic = Q(topic=None) | Q(topic__slug=topic)
    rows = TemplateGuide.objects.filter(of_topic, template__is_offered=True)
    if not is_animator:
        rows = rows.exclude(template__kind=ThreadKind.ANNOUNCEMENT)
    return rows.select_related("template", "topic").order_by("template__order", "template")


_OFFERED: CompiledQuery[TemplateGuide] = CompiledQuery(_offered_guides, "topic")


def is_untouched(text: str) -> bool:
    """Whether ``text`` is what a template begins with, and nothing more."""
    typed = one_line(text)
    rows = TemplateGuide.objects.exclude(text="").values_list("text", "text_en")
    return bool(typed) and typed in {one_line(words) for row in rows for words in row}


def templates_with_guides() -> list[ThreadTemplate]:
    """All templates, in order, with ``of_topics``: their guides for a topic each."""
    templates = list(ThreadTemplate.objects.prefetch_related("guides__topic"))
    for template in templates:
        guides = [(it.topic, it) for it in template.guides.all() if it.topic]
        guides.sort(key=lambda it: it[0].order)
        template.of_topics = [guide for _topic, guide in guides]
    return templates


def find_guide(slug: str, topic: Topic | None) -> TemplateGuide | None:
    """The guide of the template ``slug`` for ``topic``, or its general one; None for none."""
    guides = TemplateGuide.objects.filter(template__slug=slug, topic=topic)
    return guides.select_related("template", "topic").first()


def _offered(row: TemplateGuide) -> OfferedTemplate:
    return OfferedTemplate(
        row.template.slug,
        translated(row.template, "name"),
        row.template.kind,
        _html_of(translated(row, "guide")),
        translated(row, "text"),
        row.topic.slug if row.topic else "",
    )

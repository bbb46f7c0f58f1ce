"""What templates say in our own way: dates as people say them, icons, numbers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import template
from django.conf import settings
from django.forms.utils import flatatt
from django.template.base import Parser, Token
from django.template.context import RequestContext
from django.template.defaultfilters import stringfilter
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.base.dates import date_format
from accounts.base.forms import options_html
from accounts.base.fragment_cache import FragmentCacheNode
from accounts.base.text import excerpt, with_no_break_spaces
from accounts.base.translations import SOURCE_LANGUAGE, is_translated, translated
from accounts.models import College
from forum.base.markup import plain_text

if TYPE_CHECKING:
    from forum.base.spaces.models import Space
    from forum.finding.lists.listing import Listing


register = template.Library()
NARROW_NO_BREAK_SPACE = "\u202f"


@register.tag
def cached(parser: Parser, token: Token) -> FragmentCacheNode:
    """Keep what is within, which sees only the values named here.

    See ``accounts/base/fragment_cache.py``.
    """
    values = template.base.token_kwargs(token.split_contents()[1:], parser)
    nodelist = parser.parse(("endcached",))
    parser.delete_first_token()
    return FragmentCacheNode(values, nodelist)


#: ``{{ attrs|html_attributes }}``: a dict as the attributes of an element, each with its space.
register.filter("html_attributes", flatatt)
#: ``{{ thread.title|typeset }}``: what is kept as it was typed, shown as French is typeset.
register.filter("typeset", stringfilter(with_no_break_spaces), is_safe=True)


@register.simple_tag(takes_context=True)
def page_block(context: RequestContext, name: SafeString) -> str:
    """What the page has in its block ``name``, for a layout; nothing where it has none.

    So a layout can repeat a block, and put around it what an empty one would not have.
    """
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    if block is None:
        return ""
    with context.push():
        rendered: str = block.nodelist.render(context)
    return rendered


@register.simple_tag
def icon(name: SafeString) -> SafeString:
    """An icon of the sprite, for the eye only: the words beside it carry the sense."""
    address = static("forum/img/icons.svg")
    return format_html(
        '<svg aria-hidden="true"><use href="{}#{}"/></svg>',
        address,
        name,
    )


@register.filter("date", expects_localtime=True)
def formatted_date(value: date | datetime | None, format: str | None = None) -> str:
    """A day or a moment in one of Django's formats: *1er décembre 2026*; nothing for None."""
    return date_format(value, format) if value else ""


@register.filter
def when(moment: datetime) -> SafeString:
    """A ``<time>`` that reads the same whoever looks and whenever: *24 nov. 2026, 9 h 12*."""
    local = timezone.localtime(moment)
    words = date_format(local, _("j N Y, G \\h i"))
    written = local.isoformat("T", "minutes")
    return format_html('<time datetime="{}" data-when>{}</time>', written, words)


@register.filter
def clock(moment: datetime) -> str:
    """The time of day of a moment: *9 h 12*; in English *09:12*."""
    return date_format(timezone.localtime(moment), _("G \\h i"))


@register.filter
def ago(moment: datetime) -> SafeString:
    """A ``<time>`` as one says it now: *4 min*, *3 h*, *hier*, *lundi*, *12 mars*."""
    minutes = int((timezone.now() - moment).total_seconds() // 60)
    return _cached_ago(moment, timezone.localdate(), min(minutes, 24 * 60), get_language())


@lru_cache(4096)
def _cached_ago(moment: datetime, today: date, minutes: int, _language: str) -> SafeString:
    local = timezone.localtime(moment)
    exact = date_format(local, _("l j F Y, G \\h i"))
    return format_html(
        '<time datetime="{}" title="{}" data-ago>{}</time>',
        local.isoformat("T", "minutes"), exact, _relative_words(local, today, minutes),
    )  # fmt: skip


def _relative_words(local: datetime, today: date, minutes: int) -> str:
    days = (today - local.date()).days
    if minutes < 1:
        return _("à l’instant")
    if minutes < 60:
        return ngettext("%(n)d min", "%(n)d min", minutes) % {"n": minutes}
    if days == 0:
        return _("%(n)d h") % {"n": minutes // 60}
    if days == 1:
        return _("hier")
    if days < 7:
        return date_format(local, "l")
    return date_format(local, "j N" if local.year == today.year else "j N Y")


@register.filter
def number(value: int) -> str:
    """A whole number with its thousands apart: *40 000*; in English *40,000*."""
    text = "" if value is None else f"{value:,}"
    return text if get_language() == "en" else text.replace(",", NARROW_NO_BREAK_SPACE)


register.filter("plain_text", plain_text)
register.filter("excerpt", excerpt)


@register.filter(needs_autoescape=True)
def quoted(words: str, autoescape: bool = True) -> str:
    """``words`` between the quotation marks of the page's language."""
    marks = _("« {} »")
    return format_html(marks, words) if autoescape else marks.format(words)


@register.simple_tag
def interface_languages() -> list[tuple[str, str]]:
    """The languages of the interface, as (code, own name)."""
    return settings.LANGUAGES


@register.filter("translated", needs_autoescape=True)
def translated_html(row: Any, field: str, autoescape: bool = True) -> str:
    """``row``'s ``field`` in the language of the page; marked as French where it has no other.

    Nothing where there is no row; no mark in plain text. Where no element can be, ``{{ row }}``
    gives the name.
    """
    text = translated(row, field) if row else ""
    if not text or not autoescape or is_translated(row, field):
        return text
    return format_html('<span lang="{}">{}</span>', SOURCE_LANGUAGE, text)


@register.filter
def lang_attribute(row: College, field: SafeString) -> str:
    """The ``lang`` of an element that holds only ``row``'s ``field``, if it needs one."""
    return "" if is_translated(row, field) else format_html('lang="{}"', SOURCE_LANGUAGE)


@register.filter
def within(space: Space, other: Space) -> bool:
    """Whether all who read ``space`` read the space ``other``."""
    return space.is_within(other)


@register.simple_tag
def department_options(departments: Iterable[Any], chosen: str) -> str:
    """The options of a select of ``departments``, which have a ``code`` and a ``name``."""
    rows = tuple(
        (department.code, f"{department.name} ({department.code})")
        for department in departments
    )
    return options_html(rows, [chosen])


@register.simple_tag
def list_url(listing: Listing, **changed: Any) -> str:
    """The page that shows ``listing`` with ``changed`` parts: a page, a view, a filter."""
    return listing.url(**changed)


@register.filter
def map_url(place: Any, filters: Any) -> str:
    """The list of what lies at ``place``, beside the map; where it is open, all of it again."""
    kind, other = ("department", "country") if place.is_in_france else ("country", "department")
    is_open = getattr(filters, kind) == place.code
    changed = {other: ""} if hasattr(filters, other) else {}
    url: str = filters.url(**changed, **{kind: "" if is_open else place.code})
    return f"{url}#liste"


@register.simple_tag
def page_url(number: int, listing: Listing | None = None) -> str:
    """Page ``number`` of ``listing``, or without one of whatever this page shows."""
    return listing.url(page=number) if listing else f"?page={number}"

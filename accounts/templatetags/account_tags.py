"""Template tags and filters of the account pages."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from django import template
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.template import Context
from django.template.base import NodeList, Parser, Token
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.dates import date_format
from accounts.charter.status import GUEST, CharterStatus
from accounts.charter.steps import Step, joining_steps
from accounts.glossary.terms import link_first_words
from accounts.users import second_factors

if TYPE_CHECKING:
    from accounts.users.models import User


register = template.Library()


@register.filter
def moment(at: datetime) -> str:
    """A moment in a sentence: *25 novembre 2026 à 20 h 48*."""
    return date_format(timezone.localtime(at), _("j F Y à G \\h i"))


@register.filter
def as_json(value: object) -> str:
    """``value`` as JSON, for an attribute; the template escapes it."""
    return json.dumps(value, cls=DjangoJSONEncoder, separators=(",", ":"))


@register.inclusion_tag("users/signup_steps.html")
def signup_steps(steps: tuple[Step, ...] = ()) -> dict[str, tuple[Step, ...]]:
    """The line of the steps of joining; those of a guest, who opens an account, by default."""
    return {"steps": steps or joining_steps(CharterStatus(GUEST))}


@register.simple_tag
def identity_provider() -> str:
    """The name of the OpenID Connect provider, or an empty string."""
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    return apps[0]["name"] if apps else ""


@register.filter
def lacks_second_factor(person: User) -> bool:
    """Whether ``person`` has rights that they may not use for want of a second factor."""
    return second_factors.lacks_second_factor(person)


@register.filter
def has_unproved_factor(person: User) -> bool:
    """Whether the person's second factor opens no rights until they prove their address."""
    return second_factors.has_unproved_factor(person)


@register.filter
def factor_opens_at(person: User) -> datetime | None:
    """When the second factor of ``person`` opens their rights, if it does not yet."""
    return second_factors.factor_opens_at(person)


@register.tag
def explained(parser: Parser, token: Token) -> _ExplainedNode:
    """``{% explained %}…{% endexplained %}``: words of the glossary lead to their entries.

    Around the site's own words. Each is linked once a page, where it first stands.
    """
    nodelist = parser.parse(("endexplained",))
    parser.delete_first_token()
    return _ExplainedNode(nodelist)


class _ExplainedNode(template.Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> str:
        request = context.get("request")  # None in a cached fragment.
        linked = request.__dict__.setdefault("explained_terms", set()) if request else set()
        return link_first_words(self.nodelist.render(context), linked)

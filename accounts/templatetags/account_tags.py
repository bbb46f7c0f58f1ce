"""Template tags and filters of the account pages."""

import json

from django import template
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from accounts.users import second_factors

register = template.Library()


@register.filter
def moment(at):
    """A moment in a sentence: *25 novembre 2026 à 20 h 48*."""
    return formats.date_format(timezone.localtime(at), _("j F Y à G \\h i"))


@register.filter
def as_json(value):
    """``value`` as JSON, for an attribute; the template escapes it."""
    return json.dumps(value, cls=DjangoJSONEncoder, separators=(",", ":"))


@register.simple_tag
def identity_provider():
    """The name of the OpenID Connect provider, or an empty string."""
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    return apps[0]["name"] if apps else ""


@register.filter
def lacks_second_factor(person):
    """Whether ``person`` has rights that they may not use for want of a second factor."""
    return second_factors.lacks_second_factor(person)

"""What pages of sign-in need beside allauth's own context."""

import json

from django import template
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from accounts.users import second_factors

register = template.Library()


@register.filter
def as_json(value):
    """``value`` as JSON, for an attribute of an element: the template escapes it there."""
    return json.dumps(value, cls=DjangoJSONEncoder, separators=(",", ":"))


@register.simple_tag
def identity_provider():
    """The name of the provider through which one may sign in here, or nothing."""
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    return apps[0]["name"] if apps else ""


@register.filter
def lacks_second_factor(person):
    """Whether ``person`` has been given more than they may use without a second factor."""
    return second_factors.lacks_second_factor(person)

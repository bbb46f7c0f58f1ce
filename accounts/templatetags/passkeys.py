"""What a browser is to do with a passkey, handed to it in the form that takes the answer."""

import json

from django import template
from django.core.serializers.json import DjangoJSONEncoder

register = template.Library()


@register.filter
def as_json(value):
    """``value`` as JSON, for an attribute of an element: the template escapes it there."""
    return json.dumps(value, cls=DjangoJSONEncoder, separators=(",", ":"))

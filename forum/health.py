"""Whether this process can do its work, for load balancers."""

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import connection
from django.http import JsonResponse


def health(request):
    """200 with ``{"database": true, "layer": true}``, or 503 saying which one is false."""
    found = {"database": _answers(_ask_database), "layer": _answers(_ask_layer)}
    return JsonResponse(found, status=200 if all(found.values()) else 503)


def _answers(ask):
    try:
        ask()
    except Exception:  # Whatever is wrong, the answer is that it does not work.
        return False
    return True


def _ask_database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_layer():
    async_to_sync(get_channel_layer().group_send)("sante", {"type": "sante"})

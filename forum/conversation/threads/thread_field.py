"""Threads that are named by their addresses, as one copies them from the browser."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from accounts.base.mail import site_address
from accounts.viewers.viewers import Viewer
from forum.conversation.threads.forms import TypedTextField
from forum.conversation.threads.models import Post, Thread

_NUMBER = re.compile(r"(?a)[1-9]\d{0,17}")


class ThreadField(TypedTextField):
    """The address of a thread or of a post in it, or a thread's number; cleans to a Thread.

    A thread that is not there is refused in the same words as one that ``viewer`` does not
    see. ``viewer``, and the ``host`` by which they reached the site, are set with the form.
    """

    viewer: Viewer
    host = ""

    def __init__(self, **kwargs: Any) -> None:
        missing = _("Aucun fil que vous lisez n’est à cette adresse.")
        messages = {"missing": missing, "max_length": missing}
        messages |= kwargs.pop("error_messages", {})
        super().__init__(max_length=500, error_messages=messages, **kwargs)

    def clean(self, value: Any) -> Thread:
        """Find the thread."""
        typed: str = super().clean(value)
        threads = Thread.objects.visible_to(self.viewer).with_byline()
        pk = int(typed) if _NUMBER.fullmatch(typed) else None
        pk = pk or thread_id_at(self.viewer, typed, self.host)
        if pk and (thread := threads.filter(pk=pk).first()):
            return thread
        raise ValidationError(self.error_messages["missing"], "missing")


def thread_id_at(viewer: Viewer, address: str, host: str) -> int | None:
    """The id in the ``address`` of a thread of this site, which answers as ``host`` too.

    Of the address of a post, its thread's, where ``viewer`` sees the post; None for any other.
    """
    try:
        parts = urlsplit(address)
        match = resolve(parts.path)
    except (Resolver404, ValueError):
        return None
    if parts.netloc not in ("", host, urlsplit(site_address()).netloc):
        return None
    if match.url_name in ("thread", "thread-short"):
        return int(match.kwargs["pk"])
    if match.url_name == "post":
        posts = Post.objects.visible_to(viewer).filter(pk=match.kwargs["pk"])
        return posts.values_list("thread", flat=True).first()
    return None

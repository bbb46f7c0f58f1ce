"""Who hosts calls for this site, if anybody does."""

from __future__ import annotations

from django.conf import settings

from forum.conversation.meetings.hosted_calls.bigbluebutton import BigBlueButton
from forum.conversation.meetings.hosted_calls.providers import CallProvider
from forum.conversation.meetings.hosted_calls.visio import Visio


def call_provider() -> CallProvider | None:
    """Who hosts calls, by the settings; None of a site that has nobody."""
    if settings.FORUM_VISIO_URL:
        return Visio()
    return own_provider()


def own_provider() -> BigBlueButton | None:
    """Who makes those that one enters by the page of their meeting; None likewise."""
    return BigBlueButton() if settings.FORUM_BIGBLUEBUTTON_URL else None

"""Choosing what one follows without saying so each time."""

from forum.conversation.follows.settings.models import FollowSetting


def choose_follows_replies(person_id: int, follows_replies: bool) -> None:
    """Have ``person_id`` follow the threads that they reply to from here on, or not.

    Part of a transaction. What they follow already, they go on to follow.
    """
    FollowSetting.objects.update_or_create(
        person_id=person_id, defaults={"follows_replies": follows_replies}
    )

"""What a person chose about following."""

from forum.conversation.follows.settings.models import FollowSetting


def follows_replies(person_id: int) -> bool:
    """Whether they follow the threads that they reply to."""
    chosen = FollowSetting.objects.filter(person=person_id).first()
    return chosen is None or chosen.follows_replies

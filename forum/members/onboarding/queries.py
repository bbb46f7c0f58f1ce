"""How far a new member has come with the first steps."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Organisation, Territory, User
from accounts.territories.queries import territories_of_seat
from accounts.viewers.viewers import Viewer
from forum.conversation.follows.subscriptions.models import Subscription
from forum.conversation.follows.subscriptions.queries import SubscriptionTarget
from forum.models import Post, Topic

#: How many topics one is asked to follow.
TOPICS_ASKED = 2


@dataclass(frozen=True)
class FirstSteps:
    """The territory of their organisation, the topics that they follow, whether they wrote."""

    organisation: Organisation
    territory: Territory | None
    followed: list[Topic]
    other_topics: list[SubscriptionTarget]
    has_written: bool

    @property
    def follows_topics(self) -> bool:
        """Whether they follow as many topics as they are asked to."""
        return len(self.followed) >= TOPICS_ASKED

    @property
    def are_done(self) -> bool:
        """Whether nothing is left of them."""
        return self.territory is not None and self.follows_topics and self.has_written


def first_steps_of(viewer: Viewer) -> FirstSteps:
    """The first steps of ``viewer``, who is a member."""
    subscribed = Subscription.objects.filter(person=viewer.person_id).exclude(topic=None)
    own = set(subscribed.values_list("topic", flat=True))
    topics = list(Topic.objects.all())
    territories = territories_of_seat(viewer.seat_id).select_related("grouping")
    return FirstSteps(
        organisation=Organisation.objects.get(seats=viewer.seat_id or 0),
        territory=territories.first(),
        followed=[topic for topic in topics if topic.pk in own],
        other_topics=[SubscriptionTarget("topic", it) for it in topics if it.pk not in own],
        has_written=Post.objects.visible_to(viewer).filter(author=viewer.person_id).exists(),
    )


def has_first_steps_left(viewer: Viewer, person: User) -> bool:
    """Whether ``person``, who is ``viewer``, is a member who has some of them left to do."""
    is_onboarding = person.is_onboarding and viewer.is_member
    return is_onboarding and not first_steps_of(viewer).are_done

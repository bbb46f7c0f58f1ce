"""Who starts a thread by mail, and where."""

from allauth.account.models import EmailAddress

from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.base.spaces.models import Space, Topic
from forum.base.spaces.new_thread_addresses import NewThreadAddress


def person_of_address(email: str) -> User | None:
    """The active person who has proved that ``email`` is theirs."""
    rows = EmailAddress.objects.filter(email__iexact=email, verified=True)
    address = rows.select_related("user").order_by("pk").first()
    return address.user if address and address.user.is_active else None


def place_of_address(address: NewThreadAddress, viewer: Viewer) -> tuple[Space, Topic] | None:
    """The space and topic that it names; None where ``viewer`` sees no such space."""
    spaces = Space.objects.visible_to(viewer).select_related("college", "group")
    space = spaces.filter(slug=address.space).first()
    topics = Topic.objects.filter(slug=address.topic) if address.topic else Topic.objects.all()
    topic = topics.order_by("order", "pk").last()
    return (space, topic) if space and topic else None

"""Who is named in a post is told, as is who represents an organisation that is."""

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import Seat
from forum.follows.models import Level, is_at_level, muted_author
from forum.follows.subscriptions.queries import is_subscribed_at
from forum.inbox.notification import Notification, mailed_as, notification_source
from forum.mentions.models import Mention

#: The newest.
_MAX_MENTIONS = 50


@notification_source
def mentions(person, viewer):
    """Where the person is named, or an organisation that they represent."""
    for mention in _MENTIONS.rows(viewer.rights, person_id=person.pk):
        post = mention.post
        values = {"who": post.author.full_name, "title": post.thread.title}
        if mention.person_id:
            text = _("%(who)s vous nomme dans « %(title)s ».")
        else:
            text = _("%(who)s nomme « %(name)s » dans « %(title)s ».")
            values["name"] = mention.organisation.name
        # A post that waited is told of as it is approved.
        at = max(mention.created_at, post.approved_at or mention.created_at)
        mailed = mailed_as(post.thread.space)
        url = post.get_absolute_url()
        yield Notification(at, text % values, url, post_id=post.pk, **mailed)


def _mentions(rights, person_id, at):
    seats = Seat.objects.representing(at).filter(person=person_id)
    organisations = seats.values("organisation")
    concerned = Q(person=person_id) | Q(organisation__in=organisations)
    concerned |= Q(organisation__merged_into__in=organisations)
    found = Mention.objects.visible_to(rights).filter(concerned)
    found = found.exclude(post__author=person_id)
    found = found.exclude(muted_author(person_id, "post__author"))
    found = found.exclude(is_at_level(person_id, "post__thread", Level.MUTED))
    found = found.exclude(is_subscribed_at(person_id, Level.MUTED, thread="post__thread__"))
    found = found.select_related("post__author", "post__thread__space", "organisation")
    return found.order_by("-pk")[:_MAX_MENTIONS]


_MENTIONS = CompiledQuery(_mentions, "person_id", "at")

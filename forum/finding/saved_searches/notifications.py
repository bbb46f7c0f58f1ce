"""What is new in the searches that someone follows, a line each."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.conversation.follows.models import Channel
from forum.conversation.inbox.notification import Notification, notification_source
from forum.finding.saved_searches.models import SavedSearch
from forum.finding.saved_searches.queries import news_of


def notification_of(
    saved_search: SavedSearch, thread_count: int, found_at: datetime, is_titled_in_mails: bool
) -> Notification:
    """The notification that it found something in so many threads, last at ``found_at``.

    ``is_titled_in_mails``: whether all are in spaces whose threads mails name.
    """
    text = ngettext(
        "Votre recherche « %(query)s » a trouvé du nouveau dans un fil.",
        "Votre recherche « %(query)s » a trouvé du nouveau dans %(n)d fils.",
        thread_count,
    )
    values = {"query": saved_search.query, "n": thread_count}
    url = saved_search.get_absolute_url()
    # What was searched for tells of what was found.
    mail_text = "" if is_titled_in_mails else _("Une de vos recherches a trouvé du nouveau.")
    return Notification(found_at, text % values, url, channel=Channel.SITE, mail_text=mail_text)


@notification_source()
def found_by_saved_searches(_person: User, viewer: Viewer) -> Iterator[Notification]:
    """The person's searches that have found something, until they look at it.

    By mail they are told with what was mailed before left out (``finds_to_mail``).
    """
    news = news_of(viewer) if viewer.is_registered else {}
    for saved_search in SavedSearch.objects.filter(pk__in=news) if news else ():
        yield notification_of(saved_search, *news[saved_search.pk])

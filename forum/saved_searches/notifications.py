"""What is new in the searches that someone follows, a line each."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forum.follows.models import Channel
from forum.inbox.notification import Notification, notification_source
from forum.saved_searches.models import SavedSearch
from forum.saved_searches.queries import news_of


@notification_source
def found_by_saved_searches(_person, viewer):
    """The person's searches that have found something, until they look at it."""
    news = news_of(viewer) if viewer.is_registered else {}
    for saved_search in SavedSearch.objects.filter(pk__in=news) if news else ():
        thread_count, found_at, is_titled_in_mails = news[saved_search.pk]
        text = ngettext(
            "Votre recherche « %(query)s » a trouvé du nouveau dans un fil.",
            "Votre recherche « %(query)s » a trouvé du nouveau dans %(n)d fils.",
            thread_count,
        )
        values = {"query": saved_search.query, "n": thread_count}
        url = saved_search.get_absolute_url()
        # What was searched for tells of what was found.
        said = "" if is_titled_in_mails else _("Une de vos recherches a trouvé du nouveau.")
        yield Notification(found_at, text % values, url, channel=Channel.DIGEST, mail_text=said)

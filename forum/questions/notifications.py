"""What the inbox says of accepted answers: to their authors."""

from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from forum.follows.models import Level, is_at_level
from forum.inbox.notification import Notification, mailed_as, notification_source
from forum.questions.models import AcceptedAnswer

#: The newest.
_MAX_ANSWERS = 50


@notification_source
def accepted_answers(person, viewer):
    """The person's answers that others accepted."""
    for one in _ANSWERS.rows(viewer.rights, person_id=person.pk):
        text = _("Votre réponse est retenue dans « %(title)s ».") % {"title": one.thread.title}
        mailed = mailed_as(one.thread.space)
        yield Notification(one.accepted_at, text, one.post.get_absolute_url(), **mailed)


def _answers(rights, person_id):
    found = AcceptedAnswer.objects.visible_to(rights)
    found = found.filter(author=person_id, post__is_accepted=True)
    found = found.exclude(is_at_level(person_id, "thread", Level.MUTED))
    found = found.select_related("thread__space", "post")
    return found.order_by("-accepted_at")[:_MAX_ANSWERS]


_ANSWERS = CompiledQuery(_answers, "person_id")

"""The versions that authors ask to have blanked, among what waits for animators."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.review_queue.sources import review_source
from forum.conversation.threads.revisions.models import Revision
from forum.conversation.threads.revisions.queries import SOURCE, waiting_revisions


@review_source(SOURCE, _("Versions à effacer"), waiting_revisions, "asked_at", 35,
               related=("author", "thread"), is_quoted=True)  # fmt: skip
def revision_item(revision: Revision) -> tuple[str, str, str]:
    """A version, and why its author asks."""
    url = reverse("blank-version", args=[revision.pk])
    return revision.thread.title, url, f"{revision.author} : {revision.request_reason}"

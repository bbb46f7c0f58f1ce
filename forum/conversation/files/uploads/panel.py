"""What the script of a composer needs to send files: limits, what is left, and words."""

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.viewers.viewers import Viewer
from forum.conversation.files.actions import too_heavy, too_many_files
from forum.conversation.files.file_types import accepted_endings, image_endings
from forum.conversation.files.partial_uploads.models import PART_SIZE
from forum.conversation.files.quotas import quotas_of, tightest
from forum.conversation.files.uploads.refusals import (
    empty,
    no_quota_left,
    not_accepted,
    too_large,
)


def upload_panel(viewer: Viewer) -> dict[str, object]:
    """The context of ``files/uploads.html``; {name} and {size} are filled in by the script."""
    quota = tightest(quotas_of(viewer))
    name = "{name}"
    return {
        "quota": quota,
        "limits": settings.FORUM_FILE_LIMITS,
        "part_size": PART_SIZE,
        "endings": ",".join(f".{it}" for it in accepted_endings()),
        "images": ",".join(f".{it}" for it in image_endings()),
        "words": {
            "too_many": too_many_files(),
            "too_heavy": too_heavy(),
            "too_large": too_large(name, "{size}"),
            "empty": empty(name),
            "not_accepted": not_accepted(name),
            "no_quota_left": no_quota_left(name),
            # Translators: the name of a picture that was pasted, without its ending.
            "pasted": _("Image du {date} à {time}"),
        },
    }

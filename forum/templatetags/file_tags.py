"""What composers say of files."""

from django import template
from django.conf import settings
from django.utils.translation import gettext as _

from forum.conversation.files.file_types import accepted_endings
from forum.conversation.files.sizes import size_in_words

register = template.Library()


@register.simple_tag
def accepted_files() -> str:
    """The endings that are taken, as ``<input accept>`` has them.

    ``image/*`` is among them: telephones then offer their camera beside what they keep.
    """
    return ",".join(["image/*", *(f".{ending}" for ending in accepted_endings())])


@register.simple_tag
def document_limit() -> str:
    """How large one document may be, where there is one alone."""
    limit = size_in_words(settings.FORUM_FILE_LIMITS["file"])
    return _("Un seul document, %(most)s au plus.") % {"most": limit}


@register.simple_tag
def file_limits() -> str:
    """How many files a post may have, and how large."""
    limits = settings.FORUM_FILE_LIMITS
    words = _("%(count)s fichiers au plus, chacun %(most)s au plus.")
    return words % {"count": limits["count"], "most": size_in_words(limits["file"])}

"""What an upload has become."""

from uuid import UUID

from accounts.viewers.viewers import Viewer
from forum.conversation.files.models import StoredFile


def stored_file(viewer: Viewer, key: UUID) -> StoredFile | None:
    """The file of ``viewer`` that came in parts under ``key``; None where there is none."""
    own = StoredFile.objects.visible_to(viewer).filter(owner=viewer.person_id)
    return own.filter(upload_key=key).first()

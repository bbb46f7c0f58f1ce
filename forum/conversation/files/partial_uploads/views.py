"""Sending a file in parts: beginning, each part, giving it up. All are for scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.base.parsing import parse_natural_number, parse_uuid
from accounts.base.rate_limits import RateLimit
from accounts.base.text import without_controls
from accounts.viewers.middleware import ViewerRequest
from forum.base.rules import Refused
from forum.conversation.files.models import StoredFile
from forum.conversation.files.objects.actions import StorageFailed
from forum.conversation.files.partial_uploads import actions
from forum.conversation.files.partial_uploads.models import MAX_FINGERPRINT, PartialUpload
from forum.conversation.files.partial_uploads.queries import stored_file
from forum.conversation.files.sent_files import UPLOADS
from forum.conversation.files.uploads.actions import complete_upload
from forum.conversation.files.views import file_answer, file_refusal, sign_in_first

if TYPE_CHECKING:
    from django.utils.datastructures import MultiValueDict

    from accounts.viewers.viewers import Viewer


#: Parts that one sends: in ten minutes, more than a person may keep.
PARTS = RateLimit("upload_part", "800/10m/user,6000/d/user")


@require_POST
def begin_upload(request: ViewerRequest) -> HttpResponse:
    """Begin to take a file in parts, or say where it stands.

    Takes ``key``, a UUID that whoever sends the file makes for it, ``name``, ``size`` and, if
    they know it, ``fingerprint``. Answers with ``{"received", "address", "cancel"}``: bytes
    that are there, where parts go, and what gives the upload up; with 201 and what
    ``upload_file`` answers where the file is stored already.
    """
    viewer = request.viewer
    if not viewer.is_registered:
        return file_refusal(sign_in_first(), 403)
    key = parse_uuid(request.POST.get("key", ""))
    size = parse_natural_number(request.POST.get("size", ""))
    if key is None or size is None:
        return file_refusal(_("Choisissez un fichier."), 422)
    known = PartialUpload.objects.visible_to(viewer).filter(key=key).exists()
    known = known or stored_file(viewer, key) is not None
    if not known and (refusal := UPLOADS.refusal(request)):
        return file_refusal(refusal, 429)
    name, fingerprint = request.POST.get("name", ""), request.POST.get("fingerprint", "")
    clean_fingerprint = without_controls(fingerprint)[:MAX_FINGERPRINT]
    try:
        upload = actions.begin_upload(viewer, key, name, size, clean_fingerprint)
    except Refused as refused:
        return file_refusal(str(refused), refused.status)
    if isinstance(upload, StoredFile):
        return file_answer(viewer, upload)
    answer = {
        "received": upload.received,
        "address": reverse("upload-part", args=[key]),
        "cancel": reverse("cancel-upload", args=[key]),
    }
    return JsonResponse(answer)


@require_POST
def upload_part(request: ViewerRequest, upload_key: UUID) -> HttpResponse:
    """Store the ``part`` of a file that begins at ``offset``, and the file after the last.

    Answers with ``{"received"}``; so, with status 409, where another part is waited for. With
    201 and what ``upload_file`` answers once all of it is there, however often that is sent.
    """
    viewer = request.viewer
    if not viewer.is_registered:
        return file_refusal(sign_in_first(), 403)
    if refusal := PARTS.refusal(request):
        return file_refusal(refusal, 429)
    try:
        return _taken(viewer, upload_key, request.POST.get("offset", ""), request.FILES)
    except PartialUpload.DoesNotExist:  # It is over, or there never was one.
        if (stored := stored_file(viewer, upload_key)) is None:
            raise
        return file_answer(viewer, stored)
    except actions.PartMismatch as mismatch:
        return JsonResponse({"received": mismatch.received}, status=409)
    except Refused as refused:
        return file_refusal(str(refused), refused.status)
    except StorageFailed as failed:
        return file_refusal(str(failed), 503)


@require_POST
def cancel_upload(request: ViewerRequest, upload_key: UUID) -> HttpResponse:
    """Give up what has come of a file, if anything has."""
    viewer = request.viewer
    if not viewer.is_registered:
        return file_refusal(sign_in_first(), 403)
    actions.cancel_upload(viewer, upload_key)
    return HttpResponse(status=204)


def _taken(
    viewer: Viewer,
    key: UUID,
    typed_offset: str,
    files: MultiValueDict[str, UploadedFile[bytes]],
) -> HttpResponse:
    upload = PartialUpload.objects.visible_to(viewer).get(key=key)
    if not upload.is_whole:
        offset, part = parse_natural_number(typed_offset), files.get("part")
        if offset is None or not isinstance(part, UploadedFile):
            raise actions.PartMismatch(upload.received)
        upload = actions.keep_part(viewer, key, offset, part)
    if upload.is_whole:
        return file_answer(viewer, complete_upload(viewer, upload))
    return JsonResponse({"received": upload.received})

"""Sending a file, and reading one."""

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.base.parsing import parse_natural_number
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.viewers import Viewer
from forum.base.rules import Refused
from forum.conversation.files.models import FileState, StoredFile
from forum.conversation.files.objects.actions import StorageFailed
from forum.conversation.files.quotas import quotas_of, tightest
from forum.conversation.files.sent_files import UPLOADS, own_draft_files
from forum.conversation.files.serving import file_response
from forum.conversation.files.uploads.actions import store_file
from forum.conversation.files.uploads.panel import upload_panel


@require_http_methods(["GET", "HEAD", "POST"])
def upload_file(request: ViewerRequest) -> HttpResponse:
    """Store the ``file`` that is sent, for a post to come; answer with its id and address.

    A GET gives the script of a composer what it needs to send some, with the rows of those
    files ``?file=`` of the viewer that no post has yet.
    """
    viewer = request.viewer
    if not viewer.is_registered:
        return file_refusal(sign_in_first(), 403)
    if request.method != "POST":
        own = own_draft_files(viewer, request.GET.getlist("file"))
        return render(
            request, "conversation/files/uploads.html", upload_panel(viewer) | {"own": own}
        )
    upload = request.FILES.get("file")
    if upload is None:
        return file_refusal(_("Choisissez un fichier."), 422)
    if refusal := UPLOADS.refusal(request):
        return file_refusal(refusal, 429)
    try:
        row = store_file(viewer, upload)
    except Refused as refused:
        return file_refusal(str(refused), refused.status)
    except StorageFailed as failed:
        return file_refusal(str(failed), 503)
    return file_answer(viewer, row)


@require_safe
def show_file(request: ViewerRequest, file_id: UUID, name: str) -> HttpResponseBase:
    """A file, to whoever may read the text of its post; ``?largeur=`` is that of a picture.

    Its name in the address is for people: the id is what counts.
    """
    viewer = request.viewer
    row = StoredFile.objects.visible_to(viewer).filter(pk=file_id).first()
    if row is None or row.state != FileState.READY:
        raise Http404
    return file_response(request, row, parse_natural_number(request.GET.get("largeur", "")))


def file_answer(viewer: Viewer, row: StoredFile) -> JsonResponse:
    """What a script is told of a file of ``viewer`` that is stored."""
    quota = tightest(quotas_of(viewer))
    answer = {
        "id": str(row.pk),
        "address": row.shown.address,
        "name": row.name,
        "size": row.size,
        "is_image": row.is_image,
        "state": row.state,
        "remaining": quota.words,
        "room": quota.remaining,
    }
    return JsonResponse(answer, status=201)


def file_refusal(words: str, status: int) -> JsonResponse:
    """What a script is told of a file that is not taken, or not now."""
    return JsonResponse({"errors": {"file": [words]}}, status=status)


def sign_in_first() -> str:
    """What guests are told who send a file."""
    return _("Connectez-vous pour envoyer un fichier.")

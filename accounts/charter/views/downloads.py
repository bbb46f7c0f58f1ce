"""Downloads of a signature: its receipt, and the act that was uploaded with it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.charter.hash_chain import line_of_signature
from accounts.charter.queries import signature_with_parties
from accounts.charter.rules import may_read_document
from accounts.viewers.middleware import PersonRequest, ViewerRequest

if TYPE_CHECKING:
    from accounts.charter.models import Signature


_SESSION_KEY = "signed_by_link"
#: For how long a browser is given the receipt of what was signed there without an account.
_RECEIPT_LASTS = timedelta(hours=1)


def remember_signature(request: ViewerRequest, signature: Signature) -> None:
    """Let this browser, where nobody is signed in, have the receipt for an hour."""
    until = timezone.now() + _RECEIPT_LASTS
    request.session[_SESSION_KEY] = [signature.pk, until.timestamp()]


def remembered_signature(request: ViewerRequest) -> int | None:
    """The id of the signature just given in this browser by a mailed link, or None."""
    pk, until = request.session.get(_SESSION_KEY, (None, 0))
    return pk if until > timezone.now().timestamp() else None


@require_safe
def download_receipt(request: PersonRequest, pk: int) -> HttpResponse:
    """The receipt, for those whom ``may_read_document`` allows, and who just signed it here."""
    if remembered_signature(request) == pk:
        signature = signature_with_parties(pk)
        if signature is None:
            raise Http404
        return _receipt(signature)
    return _download_readable_receipt(request, pk)


@login_required
def _download_readable_receipt(request: PersonRequest, pk: int) -> HttpResponse:
    return _receipt(_get_readable_signature(request, pk))


def _receipt(signature: Signature) -> HttpResponse:
    from accounts.charter.receipt import receipt_name, render_receipt  # It brings reportlab.

    content = render_receipt(signature, line_of_signature(signature))
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{receipt_name(signature)}"'
    return answer


@require_safe
@login_required
def download_act(request: PersonRequest, pk: int) -> HttpResponseBase:
    """The uploaded act, for the same people."""
    signature = _get_readable_signature(request, pk)
    if not signature.document:
        raise Http404
    return FileResponse(
        signature.document.open("rb"),
        as_attachment=True,
        filename=f"acte-{signature.pk}.pdf",
        content_type="application/pdf",
    )


def _get_readable_signature(request: PersonRequest, pk: int) -> Signature:
    signature = signature_with_parties(pk)
    viewer = request.viewer
    if signature is None or not may_read_document(viewer, request.user, signature):
        raise Http404
    return signature

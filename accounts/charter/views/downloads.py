"""Downloads of a signature: its receipt, and the act that was uploaded with it."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from accounts.charter.hash_chain import line_of_signature
from accounts.charter.queries import signature_with_parties
from accounts.charter.receipt import render_receipt
from accounts.charter.rules import may_read_document
from accounts.viewers import viewers


@require_safe
@login_required
def download_receipt(request, pk):
    """The receipt, for those whom ``may_read_document`` allows."""
    signature = _get_readable_signature(request, pk)
    answer = HttpResponse(
        render_receipt(signature, line_of_signature(signature)), content_type="application/pdf"
    )
    name = f"charte-{signature.version.name}-{slugify(signature.organisation.name)[:60]}"
    answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return answer


@require_safe
@login_required
def download_act(request, pk):
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


def _get_readable_signature(request, pk):
    signature = signature_with_parties(pk)
    viewer = viewers.get_viewer(request)
    if signature is None or not may_read_document(viewer, request.user, signature):
        raise Http404
    return signature

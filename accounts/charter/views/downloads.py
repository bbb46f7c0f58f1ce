"""The papers of a signature: its receipt, and the act under which it was given."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from accounts.charter.hash_chain import line_of_signature
from accounts.charter.models import Signature
from accounts.charter.receipt import render_receipt
from accounts.charter.rules import may_read_document
from accounts.viewers import viewers


@require_safe
@login_required
def download_receipt(request, pk):
    """The receipt, for who signed, the organisation's contact and the animators."""
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
    """The act that was sent with the signature, for the same people."""
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
    rows = Signature.objects.select_related(
        "version", "organisation", "college", "person", "countersigns"
    )
    signature = rows.filter(pk=pk).first()
    viewer = viewers.get_viewer(request)
    if signature is None or not may_read_document(viewer, request.user, signature):
        raise Http404
    return signature

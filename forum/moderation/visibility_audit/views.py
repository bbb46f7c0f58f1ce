"""The page of audits of visibility."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.viewers.decorators import animator_required
from accounts.viewers.middleware import ViewerRequest
from forum.moderation.visibility_audit import actions
from forum.moderation.visibility_audit.models import VisibilityAudit

#: The newest, which the page shows.
_SHOWN = 30


@require_safe
@animator_required()
def visibility_audits(request: ViewerRequest) -> HttpResponse:
    """The newest audits, and what each found."""
    audits = list(VisibilityAudit.objects.all()[:_SHOWN])
    return render(request, "moderation/visibility_audit/audits.html", {"audits": audits})


@require_POST
@animator_required("visibility-audits")
def acknowledge_audit(request: ViewerRequest, pk: int) -> HttpResponse:
    """Note that an animator has seen what an audit found."""
    assert request.user.is_authenticated
    actions.acknowledge_audit(get_object_or_404(VisibilityAudit, pk=pk), request.user)
    messages.success(request, _("C’est noté : vous avez vu ce que ce contrôle a trouvé."))
    return redirect("visibility-audits")

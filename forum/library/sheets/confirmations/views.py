"""The page on which authors say whether their sheet is still true."""

from functools import partial

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.form_views import answer_form, posted
from accounts.base.rate_limits import RateLimit
from accounts.viewers.middleware import ViewerRequest
from forum.base.rules import Refused
from forum.conversation.threads.login_redirects import registered_required
from forum.library.sheets.confirmations import actions
from forum.library.sheets.confirmations.forms import OutdatedForm
from forum.library.sheets.confirmations.queries import answered_for
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.queries import get_published_sheet

_ANSWERS = RateLimit("confirm_sheet", "60/h/user,200/d/user")


@registered_required()
def confirm_sheet(request: ViewerRequest, pk: int) -> HttpResponse:
    """Still true, to be updated, or no longer true: of the sheet of thread ``pk``."""
    viewer = request.viewer
    sheet = get_published_sheet(viewer, pk)
    own = ExperienceSheet.objects.published_to(viewer).filter(answered_for(viewer))
    if not own.filter(pk=sheet.pk).exists():
        words = _("C’est aux auteurs d’une fiche de dire si elle est toujours vraie.")
        raise Refused(words)
    if request.method == "POST" and "true" in request.POST:
        if refusal := _ANSWERS.refusal(request):
            messages.error(request, refusal)
            return redirect("sheet-short", pk)
        actions.answer_still_true(pk, viewer)
        return _thank(request, pk)
    form = OutdatedForm(posted(request), initial={"outdated": sheet.outdated})

    def act(outdated: str) -> HttpResponse:
        actions.answer_still_true(pk, viewer, outdated)
        return _thank(request, pk)

    return answer_form(request, form, act, partial(_render, request, sheet), limit=_ANSWERS)


def _thank(request: ViewerRequest, pk: int) -> HttpResponse:
    messages.success(request, _("Merci : vos lecteurs le savent."))
    return redirect("sheet-short", pk)


def _render(
    request: ViewerRequest, sheet: ExperienceSheet, form: BaseForm, status: int
) -> HttpResponse:
    context = {"sheet": sheet, "form": form, "year": timezone.localdate().year}
    return render(request, "library/sheets/confirm_sheet.html", context, status=status)

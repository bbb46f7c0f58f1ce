"""The pages on which a sheet is proposed to the public, and on which its authors answer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.base.form_views import answer_form, posted
from accounts.base.rate_limits import RateLimit
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.viewers import Viewer
from forum.conversation.threads.login_redirects import registered_required
from forum.library.sheets.public_versions import actions, queries, rules
from forum.library.sheets.public_versions.consents.models import ConsentAnswer
from forum.library.sheets.public_versions.forms import ConsentForm, ProposeVersionForm
from forum.library.sheets.public_versions.snapshot import Proposal, details_of, snapshot_of
from forum.library.sheets.public_versions.views.reading import page_context
from forum.library.sheets.queries import get_published_sheet

if TYPE_CHECKING:
    from forum.library.sheets.models import ExperienceSheet
    from forum.library.sheets.public_versions.models import PublicVersion


#: Each is told to all authors of a sheet.
_PROPOSALS = RateLimit("propose_public_sheet", "10/h/user,30/d/user")
_ANSWERS = RateLimit("answer_public_sheet", "60/h/user,200/d/user")


@registered_required()
def propose_public_sheet(request: ViewerRequest, pk: int) -> HttpResponse:
    """Propose to the public the sheet that heads the thread of id ``pk``."""
    viewer = request.viewer
    sheet = get_published_sheet(viewer, pk)
    rules.require_may_propose(viewer, is_written=sheet.is_written)
    form = ProposeVersionForm(posted(request), initial=_last_proposal(viewer, sheet))

    def act(**_proposed: Any) -> HttpResponse:
        version = actions.propose_public_version(pk, viewer, form.proposal())
        messages.success(request, _proposed_message(viewer, version))
        return redirect("public-sheet-consent", version.pk)

    page = partial(_render_proposal, request, sheet)
    return answer_form(request, form, act, page, limit=_PROPOSALS)


@registered_required()
def public_sheet_consent(request: ViewerRequest, pk: int) -> HttpResponse:
    """A version exactly as the public would read it, and what each author says of it."""
    viewer = request.viewer
    version = queries.get_concerned_version(viewer, pk)
    consent = queries.consent_of(viewer, version)
    names = "shown_name", "without_prices", "remark"
    initial = {name: getattr(consent, name) for name in names} if consent else {}
    form = ConsentForm(posted(request), initial=initial)

    def act(**values: Any) -> HttpResponse:
        answer = ConsentAnswer.YES if "yes" in request.POST else ConsentAnswer.NO
        was_public = version.published_at is not None
        consent_values = actions.ConsentValues(answer, **values)
        answered = actions.answer_public_version(pk, viewer, consent_values)
        messages.success(request, _answer_message(answered, answer, was_public=was_public))
        return redirect("public-sheet-consent", pk)

    page = partial(_render_consent, request, version)
    return answer_form(request, form, act, page, limit=_ANSWERS)


@require_POST
@registered_required("public-sheet-consent", "pk")
def cancel_public_sheet(request: ViewerRequest, pk: int) -> HttpResponse:
    """Give up a version that waits."""
    viewer = request.viewer
    actions.cancel_public_version(pk, viewer)
    messages.success(request, _("La proposition est abandonnée : rien ne devient public."))
    return redirect("public-sheet-consent", pk)


def _is_own(viewer: Viewer, version: PublicVersion) -> bool:
    """Whether ``viewer`` proposes it and is its only author."""
    authors = [consent.person_id for consent in version.consents.all()]
    return authors == [viewer.person_id] == [version.proposed_by_id]


def _proposed_message(viewer: Viewer, version: PublicVersion) -> str:
    """What is to be done next: by the only author, or by each of them."""
    if _is_own(viewer, version):
        return _("Relisez la page telle qu’elle paraîtra, puis publiez-la.")
    return _("Chacun de ses auteurs est invité à répondre.")


def _answer_message(version: PublicVersion, answer: ConsentAnswer, *, was_public: bool) -> str:
    if answer == ConsentAnswer.NO:
        if was_public:
            return _("C’est fait : la fiche n’est plus publique nulle part.")
        return _("Votre réponse est enregistrée : la fiche ne devient pas publique ainsi.")
    if version.published_at is None:
        return _("Merci. Elle sera publique quand le dernier de ses auteurs l’aura accepté.")
    if was_public:
        return _("Vos choix sont enregistrés.")
    return _("Merci. Tous ses auteurs l’ont accepté : la fiche est publique.")


def _last_proposal(viewer: Viewer, sheet: ExperienceSheet) -> dict[str, str]:
    """The summary and licence of the version that waits or is public."""
    last = queries.current_version(viewer, sheet)
    return {"summary": last.summary, "licence": last.licence} if last else {}


def _render_proposal(
    request: ViewerRequest, sheet: ExperienceSheet, form: BaseForm, status: int
) -> HttpResponse:
    viewer = request.viewer
    names = ("summary", "licence", "with_contacts")
    summary, licence, with_contacts = (form[name].value() or "" for name in names)
    shown = snapshot_of(sheet, Proposal(summary, licence, bool(with_contacts)))
    context = {
        "sheet": sheet,
        "form": form,
        "details": details_of(shown),
        "authors": queries.authors_of(sheet),
        "current": queries.current_version(viewer, sheet),
    }
    return render(
        request, "library/sheets/public/propose_public_sheet.html", context, status=status
    )


def _render_consent(
    request: ViewerRequest, version: PublicVersion, form: BaseForm, status: int
) -> HttpResponse:
    viewer = request.viewer
    is_partial = queries.hide_unread(viewer, version)
    context = page_context(version) | {
        "is_partial": is_partial,
        "form": form,
        "is_own": _is_own(viewer, version),
        "consent": queries.consent_of(viewer, version),
        "details": details_of(version),
        "correctable": queries.correctable_sheet(viewer, version),
        "may_cancel": rules.may_cancel(viewer, version),
        "waits_for_closed": version.is_waiting
        and any(not it.answer and it.person.is_former for it in version.consents.all()),
    }
    return render(
        request, "library/sheets/public/public_sheet_consent.html", context, status=status
    )

"""Closing one's account: what goes and what stays, the wait, and coming back."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.base.exceptions import FieldRefusal
from accounts.base.form_views import answer_form, posted
from accounts.base.pagination import NumberedPage, page_number
from accounts.base.parsing import parse_natural_number
from accounts.base.rate_limits import RateLimit
from accounts.base.resume_form import login_required_returning_to
from accounts.closing import actions as account_actions
from accounts.closing.mail import send_asked, send_taken_back
from accounts.closing.queries import closing_of
from accounts.closing.rules import closing_refusal
from accounts.viewers.middleware import PersonRequest, ViewerRequest
from forum.conversation.threads.own_posts import with_visible_titles
from forum.members.closing import actions, queries
from forum.members.closing.forms import ClosingForm

if TYPE_CHECKING:
    from accounts.closing.models import AccountClosing


#: Each is a mail.
_REQUESTS = RateLimit("close-account", "10/d/user")
#: Seconds: who has no password to give again has signed in since.
_RECENTLY = 15 * 60


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def close_account(request: PersonRequest) -> HttpResponse:
    """Show what goes and what stays; a POST asks for the closing, with the password again."""
    closing = closing_of(request.user)
    chosen = closing and "delete" if closing and closing.deletes_all_posts else "keep"
    form = ClosingForm(posted(request), initial={"posts": chosen})

    def act(posts: str, **_fields: Any) -> str:
        if not _signed_in_recently(request):
            raise FieldRefusal(_(
                "Par sécurité, déconnectez-vous, entrez de nouveau avec un code, puis revenez "
                "ici dans le quart d’heure."
            ))  # fmt: skip
        _REQUESTS.check(request)
        requested = account_actions.ask_to_close(request.user, posts == "delete")
        if not requested.was_asked_before:
            send_asked(requested)
        messages.success(request, _("C’est noté. Tout reste en place jusqu’à la date dite."))
        return "close-account"

    def page(form: ClosingForm, status: int) -> HttpResponse:
        return _render(request, form, closing, status)

    return answer_form(request, form, act, page)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def choose_posts(request: ViewerRequest) -> HttpResponse:
    """One's own messages, a page at a time, to tick those that go with the account."""
    viewer = request.viewer
    page = NumberedPage(queries.posts_to_choose(viewer), page_number(request.GET))
    if request.method == "POST":
        sent = {name: _ids(request.POST.getlist(name)) for name in ("shown", "chosen")}
        actions.choose_posts(viewer, sent["shown"], sent["chosen"])
        messages.success(request, _("Votre choix est enregistré pour cette page."))
        return redirect(f"{reverse('posts-to-delete')}?page={page.number}")
    rows = with_visible_titles(viewer, page.rows)
    return render(request, "members/closing/posts_to_delete.html", {"page": page, "rows": rows})


@require_POST
@login_required_returning_to("close-account")
def keep_account(request: PersonRequest) -> HttpResponse:
    """Take the closing back."""
    if account_actions.take_back_closing(request.user):
        send_taken_back(request.user)
        messages.success(request, _("Votre compte reste ouvert, comme avant."))
    return redirect("close-account")


def _ids(values: list[str]) -> set[int]:
    return {number for number in map(parse_natural_number, values) if number is not None}


def _signed_in_recently(request: ViewerRequest) -> bool:
    """Whether the person has given a password, key or code in the last minutes.

    Who has a password or a key is led to give it again.
    """
    records = get_authentication_records(request, request.user)
    if records and time.time() - records[-1]["at"] < _RECENTLY:
        return True
    if get_reauthentication_flows(request.user):
        raise ReauthenticationRequired
    return False


def _render(
    request: PersonRequest, form: ClosingForm, closing: AccountClosing | None, status: int
) -> HttpResponse:
    context = {
        "form": form,
        "closing": closing,
        "refusal": closing_refusal(request.user),
        "summary": queries.closing_summary(request.viewer, request.user),
        "days": settings.FORUM_RETENTION["closing"],
    }
    return render(request, "members/closing/close_account.html", context, status=status)

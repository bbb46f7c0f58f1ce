"""A person's own pages: account, devices, e-mail address, recovery codes."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.views import EmailView, login
from allauth.mfa.recovery_codes.views import DownloadRecoveryCodesView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.base.form_views import answer_form, posted
from accounts.base.parsing import parse_natural_number
from accounts.base.rate_limits import RateLimit
from accounts.base.redirects import page_before, safe_next_url
from accounts.base.resume_form import login_required_returning_to
from accounts.break_glass.rules import may_break_glass
from accounts.charter.status import get_charter_status
from accounts.charter.steps import joining_context
from accounts.closing.queries import closing_of
from accounts.factor_waits.actions import begin_wait_of_proved
from accounts.names.actions import change_name
from accounts.names.mail import send_name_changed
from accounts.organisations import actions as organisation_actions
from accounts.organisations.forms import MandateEndForm
from accounts.organisations.queries import seats_with_roles
from accounts.users import devices, email_change
from accounts.users.account_forms import CurrentAddressCodeForm
from accounts.users.forms import AccountNameForm
from accounts.users.second_factors import has_second_factor, has_unproved_factor
from accounts.users.themes import set_theme
from accounts.viewers.middleware import PersonRequest, ViewerRequest

#: Each is a mail; what others wrote has the name before.
_NAME_CHANGES = RateLimit("change_name", "3/d/user,6/30d/user")


def sign_in(request: HttpRequest) -> HttpResponseBase:
    """allauth's page to sign in on; without ``next``, back to the page that one came from.

    Unless one signs in or up, verifies or signs out there.
    """
    back = page_before(request) if request.method == "GET" else ""
    if "next" not in request.GET and back and not _is_of_allauth(back):
        query = request.GET.copy()
        query["next"] = back
        request.GET = query  # type: ignore[assignment]  # A copy, which may be written to.
    response: HttpResponseBase = login(request)
    return response


def _is_of_allauth(url: str) -> bool:
    """Whether ``url``, of this site, is one of allauth's pages, or of none."""
    try:
        name = resolve(urlsplit(url).path).url_name or ""
    except Resolver404:
        return True
    return name.startswith(("account_", "mfa_", "socialaccount_"))


@login_required
def account(request: PersonRequest) -> HttpResponse:
    """The account page; a POST changes the name."""
    person = request.user
    form = AccountNameForm(posted(request), initial={"full_name": person.full_name})

    def act(full_name: str) -> str:
        if form.has_changed():
            _NAME_CHANGES.check(request)
        if before := change_name(person, full_name):
            send_name_changed(person, before, full_name)
        messages.success(request, _("Votre nom est enregistré."))
        return "account"

    page = partial(_render_account, request)
    return answer_form(request, form, act, page, error_field="full_name")


def _render_account(request: PersonRequest, form: AccountNameForm, status: int) -> HttpResponse:
    person = request.user
    charter_status = get_charter_status(person, request.viewer)
    context = joining_context(charter_status) | {
        "form": form,
        "seats": seats_with_roles(person),
        "end": MandateEndForm(),
        "signatures": charter_status.given,
        "has_factor": has_second_factor(person),
        "may_break_glass": may_break_glass(request.viewer, person),
        "closing": closing_of(person),
    }
    return render(request, "users/account.html", context, status=status)


@require_POST
@login_required_returning_to("account")
def choose_writing_seat(request: PersonRequest) -> HttpResponse:
    """Choose the seat one writes for, among several."""
    seat_id = parse_natural_number(request.POST.get("seat", ""))
    organisation_actions.choose_writing_seat(request.user, seat_id)
    messages.success(request, _("C’est noté : vous écrivez désormais pour cette organisation."))
    return redirect("account")


@require_POST
def choose_theme(request: ViewerRequest) -> HttpResponse:
    """Have this browser's pages light or dark, or as its device is."""
    response = redirect("account")
    set_theme(response, request.POST.get("theme", ""))
    return response


@login_required
def device_list(request: PersonRequest) -> HttpResponse:
    """The devices on which the person is signed in."""
    signed_in = devices.signed_in_devices(request.user, request.session.session_key)
    return render(request, "users/devices.html", {"devices": signed_in})


@require_POST
@login_required_returning_to("devices")
def sign_out_device(request: PersonRequest, number: int) -> HttpResponse:
    """End one of the person's sessions: its open pages close, its next request is a guest's."""
    if not devices.sign_out_device(request.user, number):
        raise Http404
    messages.success(request, _("Cet appareil est déconnecté."))
    return redirect("devices")


@require_POST
@login_required_returning_to("devices")
def sign_out_other_devices(request: PersonRequest) -> HttpResponse:
    """End all sessions of the person but this one."""
    devices.sign_out_other_devices(request.user, request.session.session_key)
    messages.success(request, _("Seul cet appareil reste connecté."))
    return redirect("devices")


@method_decorator(login_required, name="dispatch")
class EmailChangeView(EmailView):
    """allauth's page, reached once the current address is verified by a code."""

    def dispatch(self, request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the code's form instead, and refuse every POST, until the code was given."""
        if email_change.is_current_address_verified(request):
            response: HttpResponse = super().dispatch(request, *args, **kwargs)
            return response
        if request.method == "POST":
            return redirect("account_email")
        return _render_code_form(request, CurrentAddressCodeForm())


@require_POST
@login_required_returning_to("account_email")
def verify_current_address(request: PersonRequest) -> HttpResponse:
    """Without ``code``, send one to the current address; with it, check it.

    Then on to ``next``, the page that asks for it: by default the one of the address. From
    then a second factor that opens no rights yet waits to.
    """
    back = safe_next_url(request)
    if "code" not in request.POST:
        template = "first_factor" if back else "leave_address"
        if not email_change.send_code(request, template):
            messages.error(request, get_adapter().error_messages["rate_limited"])
        return redirect(back or "account_email")
    form = CurrentAddressCodeForm(request.POST)
    if form.is_valid() and email_change.verify_code(request, form.cleaned_data["code"]):
        begin_wait_of_proved(request.user)
        return redirect(back or "account_email")
    if form.is_valid():
        form.add_incorrect_code_error()
    return _render_code_form(request, form, status=422, back=back)


@login_required
def prove_factor(request: PersonRequest) -> HttpResponse:
    """The code's form, for a second factor that was set up before there were rights to open."""
    if not has_unproved_factor(request.user):
        return redirect("mfa_index")
    return _render_code_form(request, CurrentAddressCodeForm(), back=request.path)


def _render_code_form(
    request: PersonRequest, form: BaseForm, status: int = 200, back: str = ""
) -> HttpResponse:
    context = {"form": form, "is_sent": email_change.is_code_sent(request), "back": back}
    return render(request, "users/verify_current_address.html", context, status=status)


def address_verified_first(
    view: Callable[..., Any], asks: Callable[..., Any] = email_change.asks_address_first
) -> Callable[..., Any]:
    """``view``, which adds a way in or a second factor, once the address is verified.

    ``asks``: whether that is asked of a request.
    """

    @wraps(view)
    def guarded(request: PersonRequest) -> HttpResponse:
        if request.user.is_authenticated and asks(request):
            if request.method == "POST":
                return redirect(request.path)
            return _render_code_form(request, CurrentAddressCodeForm(), back=request.path)
        response: HttpResponse = view(request)
        return response

    return guarded


class RecoveryCodesView(DownloadRecoveryCodesView):
    """The recovery codes as a text file, named in the language of the page."""

    def render_to_response(self, context: Any, **response_kwargs: Any) -> Any:
        """Name the file in the response."""
        answer = super().render_to_response(context, **response_kwargs)
        answer["Content-Disposition"] = f'attachment; filename="{_("codes-de-secours.txt")}"'
        return answer


def start_openid_login(request: ViewerRequest) -> HttpResponseBase:
    """Redirect to the provider: see ``openid_views``, whose libraries are loaded here alone."""
    from accounts.users import openid_views

    return openid_views.start_login(request)


def openid_callback(request: ViewerRequest) -> HttpResponseBase:
    """Where the provider sends the person back: see ``openid_views``."""
    from accounts.users import openid_views

    return openid_views.end_login(request)

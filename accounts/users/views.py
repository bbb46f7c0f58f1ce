"""A person's own pages: account, devices, e-mail address, recovery codes; and sign-in
through the OpenID Connect provider."""

from http import HTTPStatus
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.views import EmailView
from allauth.core import ratelimit
from allauth.mfa.recovery_codes.views import DownloadRecoveryCodesView
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.base.parsing import parse_natural_number
from accounts.base.resume_form import login_required_returning_to
from accounts.break_glass.rules import may_break_glass
from accounts.charter.status import get_charter_status
from accounts.charter.steps import joining_context
from accounts.closing.queries import closing_of
from accounts.organisations import actions as organisation_actions
from accounts.organisations.forms import MandateEndForm
from accounts.organisations.queries import seats_with_roles
from accounts.users import devices, email_change
from accounts.users.account_forms import CurrentAddressCodeForm
from accounts.users.forms import AccountNameForm
from accounts.users.openid import PROVIDER_ID, OpenIDAdapter
from accounts.users.second_factors import has_second_factor
from accounts.viewers import viewers


@login_required
def account(request):
    """The account page; a POST changes the name."""
    person = request.user
    form = AccountNameForm(request.POST or None, initial={"full_name": person.full_name})
    if form.is_valid():
        person.full_name = form.cleaned_data["full_name"]
        person.save(update_fields=["full_name"])
        messages.success(request, _("Votre nom est enregistré."))
        return redirect("account")
    charter_status = get_charter_status(person, viewers.get_viewer(request))
    context = joining_context(charter_status) | {
        "form": form,
        "seats": seats_with_roles(person),
        "end": MandateEndForm(),
        "signatures": charter_status.given,
        "has_factor": has_second_factor(person),
        "may_break_glass": may_break_glass(viewers.get_viewer(request), person),
        "closing": closing_of(person),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "users/account.html", context, status=status)


@require_POST
@login_required_returning_to("account")
def choose_writing_seat(request):
    """Choose the seat one writes for, among several."""
    seat_id = parse_natural_number(request.POST.get("seat", ""))
    organisation_actions.choose_writing_seat(request.user, seat_id)
    messages.success(request, _("C’est noté : vous écrivez désormais pour cette organisation."))
    return redirect("account")


@login_required
def device_list(request):
    """The devices on which the person is signed in."""
    signed_in = devices.signed_in_devices(request.user, request.session.session_key)
    return render(request, "users/devices.html", {"devices": signed_in})


@require_POST
@login_required_returning_to("devices")
def sign_out_device(request, number):
    """End one of the person's sessions: its open pages close, its next request is a guest's."""
    if not devices.sign_out_device(request.user, number):
        raise Http404
    messages.success(request, _("Cet appareil est déconnecté."))
    return redirect("devices")


@require_POST
@login_required_returning_to("devices")
def sign_out_other_devices(request):
    """End all sessions of the person but this one."""
    devices.sign_out_other_devices(request.user, request.session.session_key)
    messages.success(request, _("Seul cet appareil reste connecté."))
    return redirect("devices")


@method_decorator(login_required, name="dispatch")
class EmailChangeView(EmailView):
    """allauth's page, reached once the current address is verified by a code."""

    def dispatch(self, request, *args, **kwargs):
        """Show the code's form instead, and refuse every POST, until the code was given."""
        if email_change.is_current_address_verified(request):
            return super().dispatch(request, *args, **kwargs)
        if request.method == "POST":
            return redirect("account_email")
        return _render_code_form(request, CurrentAddressCodeForm())


@require_POST
@login_required_returning_to("account_email")
def verify_current_address(request):
    """Without ``code``, send one to the current address; with it, check it."""
    if "code" not in request.POST:
        if not email_change.send_code(request):
            messages.error(request, get_adapter().error_messages["rate_limited"])
        return redirect("account_email")
    form = CurrentAddressCodeForm(request.POST)
    if form.is_valid() and email_change.verify_code(request, form.cleaned_data["code"]):
        return redirect("account_email")
    if form.is_valid():
        form.add_incorrect_code_error()
    return _render_code_form(request, form, status=422)


def _render_code_form(request, form, status=200):
    context = {"form": form, "is_sent": email_change.is_code_sent(request)}
    return render(request, "users/verify_current_address.html", context, status=status)


class RecoveryCodesView(DownloadRecoveryCodesView):
    """The recovery codes as a text file, named in the language of the page."""

    def render_to_response(self, context: Any, **response_kwargs: Any) -> Any:
        """Name the file in the response."""
        answer = super().render_to_response(context, **response_kwargs)
        answer["Content-Disposition"] = f'attachment; filename="{_("codes-de-secours.txt")}"'
        return answer


class _CallbackView(OAuth2CallbackView):
    def _get_state(self, request, provider):
        state, answer = super()._get_state(request, provider)
        self.adapter.nonce = (state or {}).get("nonce")
        return state, answer


_login_view = OAuth2LoginView.adapter_view(lambda request: OpenIDAdapter(request, PROVIDER_ID))
_callback_view = _CallbackView.adapter_view(lambda request: OpenIDAdapter(request, PROVIDER_ID))


def start_openid_login(request):
    """Redirect to the provider's sign-in page, on a POST; a GET shows the form that posts.

    The redirect is a page with a Refresh header: the content security policy allows forms
    to be sent to this site only, and browsers apply it to what a form's answer redirects to.
    """
    if refused := ratelimit.consume_or_429(request, action="login"):
        return refused
    answer = _not_found_without_provider(_login_view)(request)
    if answer.status_code != HTTPStatus.FOUND or answer["Location"].startswith("/"):
        return answer
    page = render(request, "users/openid_redirect.html", {"address": answer["Location"]})
    page["Refresh"] = f"0; url={answer['Location']}"
    page["Cache-Control"] = "no-store"
    return page


def openid_callback(request):
    """Where the provider sends the person back: sign in, connect, or show what went wrong."""
    return _not_found_without_provider(_callback_view)(request)


def _not_found_without_provider(view):
    """``view``, which answers 404 on a site without a provider."""

    def guarded(request):
        try:
            return view(request)
        except SocialApp.DoesNotExist:
            raise Http404 from None

    return guarded

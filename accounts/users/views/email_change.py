"""The pages on which one changes one's address: the old one is proved, then the new one."""

from allauth.account.adapter import get_adapter
from allauth.account.views import EmailView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from accounts.base.resume_form import login_required_returning_to
from accounts.users import email_change
from accounts.users.account_forms import CurrentAddressCodeForm


@method_decorator(login_required, name="dispatch")
class EmailChangeView(EmailView):
    """allauth's page, which stands behind a code from the present address."""

    def dispatch(self, request, *args, **kwargs):
        """Nothing of it happens before that code was given, whatever is sent here."""
        if email_change.is_current_address_verified(request):
            return super().dispatch(request, *args, **kwargs)
        if request.method == "POST":
            return redirect("account_email")
        return _render_code_form(request, CurrentAddressCodeForm())


@require_POST
@login_required_returning_to("account_email")
def verify_current_address(request):
    """Send a code to the present address, or take the one that was sent."""
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

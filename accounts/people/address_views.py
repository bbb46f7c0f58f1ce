"""The pages on which one changes one's address: the old one is proved, then the new one."""

from allauth.account.adapter import get_adapter
from allauth.account.views import EmailView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from accounts.kept import signed_in
from accounts.people import addresses
from accounts.people.entrance import AddressCodeForm


@method_decorator(login_required, name="dispatch")
class AddressView(EmailView):
    """allauth's page, which stands behind a code from the present address."""

    def dispatch(self, request, *args, **kwargs):
        """Nothing of it happens before that code was given, whatever is sent here."""
        if addresses.is_proved(request):
            return super().dispatch(request, *args, **kwargs)
        if request.method == "POST":
            return redirect("account_email")
        return _ask(request, AddressCodeForm())


@require_POST
@signed_in("account_email")
def prove_address(request):
    """Send a code to the present address, or take the one that was sent."""
    if "code" not in request.POST:
        if not addresses.send_code(request):
            messages.error(request, get_adapter().error_messages["rate_limited"])
        return redirect("account_email")
    form = AddressCodeForm(request.POST)
    if form.is_valid() and addresses.prove(request, form.cleaned_data["code"]):
        return redirect("account_email")
    if form.is_valid():
        form.refuse()
    return _ask(request, form, status=422)


def _ask(request, form, status=200):
    context = {"form": form, "is_sent": addresses.is_code_sent(request)}
    return render(request, "accounts/prove_address.html", context, status=status)

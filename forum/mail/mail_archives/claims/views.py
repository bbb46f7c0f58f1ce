"""Claiming what one wrote to a list: from which address, then the code that came there."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.base.rate_limits import RateLimit
from accounts.base.resume_form import login_required_returning_to, pop_saved_form
from accounts.viewers.middleware import PersonRequest
from forum.mail.mail_archives.claims import actions, codes
from forum.mail.mail_archives.claims.forms import ClaimAddressForm, ClaimCodeForm
from forum.mail.mail_archives.claims.mail import send_claim_code
from forum.mail.mail_archives.claims.queries import CLAIMABLE, may_be_claimed

#: Each may be a mail, to an address that need not be one's own.
_REQUESTS = RateLimit("ask_claim_code", "5/h/user,20/d/user,3/h/key,6/d/key")
_CHECKS = RateLimit("give_claim_code", "10/10m/user")
_TEMPLATE = "mail/mail_archives/claim_posts.html"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required_returning_to("claim-posts", keep_form=True)
def claim_posts(request: PersonRequest) -> HttpResponse:
    """From which address one wrote; a POST sends a code there, if posts came from it.

    The answer is the same whether there are any.
    """
    form, status = ClaimAddressForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            address = form.cleaned_data["address"]
            if refusal := _REQUESTS.refusal(request, address):
                form.add_error(None, refusal)
                status = 429
            else:
                code = codes.new_code(request, address)
                if may_be_claimed(address):
                    send_claim_code(address, code)
                return redirect("confirm-claim")
    else:
        own = CLAIMABLE.first(person_id=request.user.pk)
        address = own.address if own else request.user.email
        typed = pop_saved_form(request) or {"address": address}
        form = ClaimAddressForm(initial=typed)
    return render(request, _TEMPLATE, {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required_returning_to("claim-posts")
def confirm_claim(request: PersonRequest) -> HttpResponse:
    """The code that was mailed; a POST with the right one makes the posts one's own."""
    address = codes.address_of_code(request)
    if not address:
        messages.info(request, _("Demandez d’abord un code."))
        return redirect("claim-posts")
    form, status = ClaimCodeForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if refusal := _CHECKS.refusal(request):
            form.add_error(None, refusal)
            status = 429
        elif form.is_valid():
            if codes.take_code(request, form.cleaned_data["code"]):
                return _claim(request, address)
            form.add_error("code", _("Ce n’est pas le code du dernier courriel."))
            if not codes.address_of_code(request):
                messages.error(request, _("Trop d’essais : demandez un autre code."))
                return redirect("claim-posts")
    context = {"form": form, "address": address}
    return render(request, "mail/mail_archives/confirm_claim.html", context, status=status)


def _claim(request: PersonRequest, address: str) -> HttpResponse:
    count = actions.claim_posts(request.viewer, address)
    words = ngettext(
        "%(n)d message est désormais le vôtre.",
        "%(n)d messages sont désormais les vôtres.",
        count,
    )
    messages.success(request, words % {"n": count})
    return redirect("own-posts")

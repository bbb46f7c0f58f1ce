"""The form that links a thread to another."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.base.mail import site_address
from forum.threads.forms import TypedTextField
from forum.threads.links.models import LinkKind
from forum.threads.links.rules import may_say_where_answered
from forum.threads.models import Thread

#: What says which thread: its address, with or without the site's, or its number.
_ADDRESS = re.compile(r"(?:/fils/)?([1-9]\d{0,17})(?:[-/?#].*)?")


class ThreadField(TypedTextField):
    """The address or number of another thread; cleans to its id, if ``viewer`` sees it."""

    viewer, host = None, ""  # Set with the form.

    def clean(self, value):
        """Say the same of a thread that is not there and of one that is not theirs to see."""
        typed = super().clean(value)
        for site in (site_address(), f"https://{self.host}", f"http://{self.host}"):
            typed = typed.removeprefix(site)
        found = _ADDRESS.fullmatch(typed)
        seen = Thread.objects.visible_to(self.viewer)
        if found and seen.filter(pk=int(found[1])).exists():
            return int(found[1])
        raise forms.ValidationError(_("Aucun fil que vous lisez n’est à cette adresse."))


class LinkForm(forms.Form):
    """Another thread, and what one finds there."""

    address = ThreadField(
        label=_("L’autre fil"),
        max_length=400,
        help_text=_("Collez l’adresse de sa page, ou écrivez son numéro."),
        error_messages={
            "required": _("Donnez l’adresse de l’autre fil."),
            "max_length": _("Aucun fil que vous lisez n’est à cette adresse."),
        },
    )
    kind = forms.ChoiceField(
        label=_("Ce qu’on y trouve"),
        choices=LinkKind.choices,
        initial=LinkKind.SEE_ALSO,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez l’une des réponses proposées."),
            "invalid_choice": _("Choisissez l’une des réponses proposées."),
        },
    )

    def __init__(self, *args, viewer, thread, host, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["address"].viewer, self.fields["address"].host = viewer, host
        if not may_say_where_answered(viewer, thread):
            self.fields["kind"].choices = LinkKind.choices[:1]

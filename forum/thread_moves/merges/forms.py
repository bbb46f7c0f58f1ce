"""The forms that choose the thread into which one is merged, and confirm it."""

import re
from urllib.parse import urlsplit

from django import forms
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from forum.models import Post, Thread

_SHORT = re.compile(r"(?a)\d{1,9}")


class ThreadField(forms.CharField):
    """The address of a thread, of a post in it, or its number; cleans to a ``Thread``."""

    def __init__(self, **kwargs):
        super().__init__(max_length=500, **kwargs)
        self.viewer = None  # Set with the form, who sees only some.

    def clean(self, value):
        """Accept what ``viewer`` sees."""
        value = super().clean(value)
        threads = Thread.objects.visible_to(self.viewer).with_byline()
        if thread := threads.filter(pk=self._thread_id(value.strip())).first():
            return thread
        raise forms.ValidationError(_("Vous ne voyez aucun fil à cette adresse."))

    def _thread_id(self, value):
        if _SHORT.fullmatch(value):
            return int(value)
        try:
            match = resolve(urlsplit(value).path)
        except (Resolver404, ValueError):
            return None
        if match.url_name in ("thread", "thread-short"):
            return match.kwargs["pk"]
        if match.url_name == "post":
            posts = Post.objects.visible_to(self.viewer).filter(pk=match.kwargs["pk"])
            return posts.values_list("thread", flat=True).first()
        return None


class ChooseThreadForm(forms.Form):
    """The other thread, by its address."""

    into = ThreadField(
        label=_("Adresse de l’autre fil"),
        help_text=_("Ouvrez-le, et copiez son adresse ici."),
        error_messages={"required": _("Dites à quel fil réunir celui-ci.")},
    )

    def __init__(self, *args, viewer, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["into"].viewer = viewer


class MergeThreadsForm(ChooseThreadForm):
    """The other thread, why, and who loses this one, as the page named them."""

    into = ThreadField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Pourquoi, pour ceux qui ont écrit ici"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    shown_losing = forms.CharField(max_length=16, widget=forms.HiddenInput)

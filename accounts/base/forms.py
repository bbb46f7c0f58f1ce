"""Forms that several features share."""

from django import forms


class ReadUntilForm(forms.Form):
    """Marks as read what a page showed: all that happened by ``until``, when it was built."""

    until = forms.DateTimeField()

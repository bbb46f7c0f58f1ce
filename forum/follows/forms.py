"""What the page of followed threads sends."""

from django import forms


class MarkThreadsReadForm(forms.Form):
    """All is read, but for what was said after ``until``: the moment the page was shown."""

    until = forms.DateTimeField()

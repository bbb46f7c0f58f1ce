"""Growing a forum, and how large it is."""

from io import StringIO

from django.core.management import call_command

from accounts.models import User
from forum.models import Post, Thread


def grow(threads=30, posts=200, people=12, **options):
    said = StringIO()
    call_command("grow", threads=threads, posts=posts, people=people, stdout=said, **options)
    return said.getvalue()


def counts():
    return Thread.objects.count(), Post.objects.count(), User.objects.count()

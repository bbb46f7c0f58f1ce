"""What an address names: the post, thread, person or organisation that somebody reports."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve, reverse

from accounts.models import Organisation, User
from accounts.profiles.queries import findable, profile_of
from accounts.viewers.viewers import Viewer
from forum.base import visibility
from forum.conversation.files.shown_file import ShownFile
from forum.models import Post, Space, Tag, Thread
from forum.moderation.measures.models import Measure

_POST_NUMBER = re.compile(r"post-(\d{1,9})")


@dataclass(frozen=True)
class Subject:
    """What is reported: its ``name``, such as ``post-12``; the rows; ``text``, what it says.

    ``address``: where it is, without words of it. ``files``: those that the post shows now.
    """

    name: str
    address: str
    text: str = ""
    post: Post | None = None
    thread: Thread | None = None
    person: User | None = None
    organisation: Organisation | None = None
    files: Sequence[ShownFile] = ()

    @property
    def is_shown_whole(self) -> bool:
        """Whether its words are all that its address can mean: a thread's has other posts."""
        return bool(self.text) and (self.post is not None or self.thread is None)


def find_subject(viewer: Viewer, address: str) -> Subject:
    """What ``viewer`` sees at ``address``, a path or a whole URL as people copy it.

    Where they see nothing, or something that is none of these, it is the address alone: they
    do not learn whether something is there.
    """
    path, fragment = _parts(address)
    name, arguments = _url_name(path)
    find = _FINDERS.get(name)
    subject = find(viewer, fragment, **arguments) if find else None
    return subject or Subject(f"address-{shown_address(address)}", shown_address(address))


def shown_address(address: str) -> str:
    """``address`` without the title that a thread's address repeats."""
    path, fragment = _parts(address)
    name, arguments = _url_name(path)
    if name != "thread":
        return address.strip()
    path = reverse("thread-short", args=[arguments["pk"]])
    return f"{path}#{fragment}" if fragment else path


def may_read_address(viewer: Viewer, address: str) -> bool:
    """Whether ``address`` tells ``viewer`` of nothing that is private and not theirs to read.

    The addresses of spaces, groups and tags are names.
    """
    name, arguments = _url_name(_parts(address)[0])
    slug = arguments.get("slug", "")
    if name in ("space", "break-glass-log"):
        return Space.objects.visible_to(viewer).filter(slug=slug).exists()
    if name in _OF_GROUPS:
        spaces = Space.objects.visible_to(viewer)
        return spaces.filter(group__slug=slug).exists()
    if name == "tag":
        return Tag.objects.visible_to(viewer).filter(slug=slug).exists()
    return True


def is_address_of(address: str, measure: Measure) -> bool:
    """Whether ``address`` is that of the very thing that ``measure`` is about."""
    path, fragment = _parts(address)
    name, arguments = _url_name(path)
    pk, post = arguments.get("pk"), measure.post
    if name == "post":
        return post is not None and pk == post.pk
    if name in ("thread", "thread-short"):
        number = _POST_NUMBER.fullmatch(fragment)
        named = int(number[1]) if number else 1
        is_whole = post is None and not number
        return pk == measure.thread_id and (
            is_whole or post is not None and named == post.number
        )
    if measure.thread_id is not None:
        return False
    if name == "organisation":
        organisation = measure.organisation
        return organisation is not None and arguments.get("slug") == organisation.slug
    return name == "member" and measure.organisation_id is None and pk == measure.person_id


def path_of(address: str) -> str:
    """The path of ``address`` with its fragment, or "" where it is none of this site's form."""
    path, fragment = _parts(address)
    if not _url_name(path)[0]:
        return ""
    return f"{path}#{fragment}" if fragment else path


#: The pages of one group, whose address is its name.
_OF_GROUPS = {
    "group", "group-settings", "ask-group", "invite", "leave-group", "hand-over",
    "archive-group",
}  # fmt: skip


def _parts(address: str) -> tuple[str, str]:
    """The path and the fragment of an address."""
    try:
        split = urlsplit(address.strip())
    except ValueError:
        return "", ""
    return split.path, split.fragment


def _url_name(path: str) -> tuple[str, dict[str, Any]]:
    """The name of the URL and its arguments; "" and none where there is none."""
    try:
        match = resolve(path)
    except Resolver404:
        return "", {}
    return match.url_name or "", match.kwargs


def _post(viewer: Viewer, _fragment: str, pk: int) -> Subject | None:
    posts = Post.objects.visible_to(viewer).select_related("thread", "author")
    return _subject_of_post(posts.filter(pk=pk).first())


def _subject_of_post(post: Post | None) -> Subject | None:
    if post is None:
        return None
    address = reverse("post", args=[post.pk])
    rows: dict[str, Any] = {"post": post, "thread": post.thread, "person": post.author}
    return Subject(f"post-{post.pk}", address, post.text, files=post.shown_files, **rows)


def _thread(viewer: Viewer, fragment: str, pk: int, slug: str = "") -> Subject | None:
    """The thread, or the post in it that the fragment names. Its text: the first post's.

    Not its title, which stands for what animators may not read.
    """
    posts = Post.objects.visible_to(viewer).select_related("thread", "author").filter(thread=pk)
    if number := _POST_NUMBER.fullmatch(fragment):
        return _subject_of_post(posts.filter(number=int(number[1])).first())
    thread = Thread.objects.visible_to(viewer).select_related("author").filter(pk=pk).first()
    if thread is None:
        return None
    first = posts.order_by("number").first()
    address = reverse("thread-short", args=[thread.pk])
    text, files = (first.text, first.shown_files) if first else ("", [])
    rows: dict[str, Any] = {"thread": thread, "person": thread.author}
    return Subject(f"thread-{pk}", address, text, files=files, **rows)


def _person(viewer: Viewer, _fragment: str, pk: int) -> Subject | None:
    """A person whose page ``viewer`` may open; with their presentation where it is shown."""
    people = User.objects.select_related("profile").filter(pk=pk, is_active=True)
    person = people.first()
    if person is None:
        return None
    is_listed = viewer.is_member and people.filter(findable()).exists()
    wrote = Post.objects.visible_to(viewer).filter(author=person)
    if not (is_listed or viewer.person_id == person.pk or wrote.exists()):
        return None
    shown = profile_of(person).presentation if is_listed else ""
    text = "\n\n".join(filter(None, (person.full_name, shown)))
    return Subject(f"person-{pk}", reverse("member", args=[pk]), text, person=person)


def _organisation(viewer: Viewer, _fragment: str, slug: str) -> Subject | None:
    known = Organisation.objects.filter(visibility.organisations(viewer), slug=slug)
    organisation = known.first()
    if organisation is None:
        return None
    address = reverse("organisation", args=[slug])
    return Subject(
        f"organisation-{organisation.pk}", address, organisation.name, organisation=organisation
    )


_FINDERS: dict[str, Callable[..., Subject | None]] = {
    "post": _post,
    "thread": _thread,
    "thread-short": _thread,
    "member": _person,
    "organisation": _organisation,
}

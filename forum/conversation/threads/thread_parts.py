"""What stands at a thread besides its posts: each part of it is declared in its own folder.

The one subclass of ``ThreadPart`` in a folder's ``thread_part.py`` is found, as its ``urls.py``
is. A thread's page asks all of them, and so does whatever happens to a thread. What a part
shows in the head is the same for all who see the thread; what differs between viewers stands
below it and beside. A split leaves all parts where they are.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Hashable, Iterable
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from django.urls import reverse

from accounts.base.discovery import feature_modules

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet
    from django.utils.functional import _StrPromise

    from accounts.viewers.viewers import Viewer
    from forum.conversation.threads.models import Thread


class NextForm(NamedTuple):
    """A form of a part that a new thread leads to: the name and query of its URL, in words."""

    url_name: str
    words: _StrPromise
    query: str = ""

    def url(self, thread: Thread) -> str:
        """Its address, for ``thread``."""
        return reverse(self.url_name, args=[thread.pk]) + self.query


class ThreadPart(ABC):
    """What the rows of ``models`` show at a thread, and what becomes of them with it."""

    models: ClassVar[tuple[type[Model], ...]]
    #: Parts stand in this order.
    position: ClassVar[int]
    #: Those columns of the thread that ``merge`` and ``move`` set; the caller saves them.
    columns: ClassVar[tuple[str, ...]] = ()
    #: Templates, which take thread, and as ``part`` what they show: in the head, ``shown``;
    head: ClassVar[str] = ""
    #: of which one is open (``is_open``) where they fold;
    folds: ClassVar[bool] = True
    #: above the posts and beside the thread, ``seen``; each only where there is any.
    above_posts: ClassVar[str] = ""
    beside: ClassVar[str] = ""
    #: The template of what leads to its form, beside threads where it ``offers`` that.
    button: ClassVar[str] = ""
    #: Forms that a new thread leads to where it ``offers`` them, by what asks for them.
    next_forms: ClassVar[dict[str, NextForm]] = {}
    #: ``{mark: annotation}``: what reveals ``data-if`` elements of the head to a viewer.
    marks: ClassVar[dict[str, str]] = {}

    def fields(self) -> dict[str, Any]:
        """Annotations of a thread's page, the same for all: what ``shown`` depends on."""
        return {}

    def shown(self, thread: Thread) -> Any:
        """What the head shows, which was not kept; ``thread`` was read with ``fields``."""
        return None

    def is_urgent(self, shown: Any) -> bool:
        """Whether what the head shows is asked of its readers today."""
        return False

    def viewer_fields(self, viewer: Viewer, at: Any) -> dict[str, Any]:
        """Annotations of a thread's page for ``viewer`` at a moment."""
        return {}

    def seen(self, thread: Thread) -> Hashable:
        """What the viewer sees above the posts and beside the thread, which has these."""
        return None

    def offers(self, viewer: Viewer, thread: Thread) -> bool:
        """Whether the button is there; without a query."""
        return False

    @abstractmethod
    def merge(self, thread: Thread, into: Thread, actor: Viewer) -> None:
        """Change the rows of ``thread`` as it is merged into another; both are locked."""

    @abstractmethod
    def move(self, thread: Thread, *, has_more_readers: bool) -> None:
        """Change the rows of ``thread``, which is locked, as it goes to another space."""

    def undo(self, thread: Thread) -> None:  # noqa: B027 Most stay as they are.
        """Change the rows of ``thread``, which is locked, as sending it is undone."""

    def agreed_words(self, threads: Collection[int]) -> Iterable[tuple[int, str]]:
        """``(thread id, words)`` that an author agrees to who agrees to more readers."""
        return ()

    def naming(self, person_id: int) -> QuerySet[Any]:
        """The rows whose threads show the name of a person."""
        return self.models[0]._default_manager.none()


class SeenPart(NamedTuple):
    """What a viewer sees of a part above the posts and beside the thread, and its templates."""

    above_posts: str
    beside: str
    value: Hashable


@cache
def thread_parts() -> tuple[ThreadPart, ...]:
    """All parts, in order."""
    modules = map(import_module, feature_modules("forum", "thread_part"))
    classes = [
        made
        for module in modules
        for made in vars(module).values()
        if isinstance(made, type) and made.__module__ == module.__name__
    ]
    parts = [made() for made in classes if issubclass(made, ThreadPart)]
    return tuple(sorted(parts, key=lambda part: part.position))


def part_fields() -> dict[str, Any]:
    """The annotations of a thread's page that are the same for all who see it."""
    of_parts = [part.fields() for part in thread_parts()]
    return {name: it for fields in of_parts for name, it in fields.items()}


def part_viewer_fields(viewer: Viewer, at: Any) -> dict[str, Any]:
    """The annotations of a thread's page for ``viewer`` at a moment."""
    of_parts = [part.viewer_fields(viewer, at) for part in thread_parts()]
    return {name: it for fields in of_parts for name, it in fields.items()}


def head_parts(thread: Thread) -> list[tuple[str, Any, bool]]:
    """``(template, what it shows, whether it is open)`` of those in the head of ``thread``.

    Of those that fold what is urgent comes first, and the first is open.
    """
    parts = [(part, part.shown(thread)) for part in thread_parts() if part.head]
    heads = [(part, shown) for part, shown in parts if shown]
    heads.sort(key=lambda head: (head[0].folds, not head[0].is_urgent(head[1])))
    first = next((part for part, _shown in heads if part.folds), None)
    return [(part.head, shown, part is first) for part, shown in heads]


def seen_parts(thread: Thread) -> tuple[SeenPart, ...]:
    """What the viewer for whom ``thread`` was read sees above its posts and beside it."""
    return tuple(
        SeenPart(part.above_posts, part.beside, value)
        for part in thread_parts()
        if (value := part.seen(thread))
    )


def offered_buttons(viewer: Viewer, thread: Thread) -> tuple[str, ...]:
    """The templates of the buttons that ``viewer`` is offered beside ``thread``."""
    return tuple(it.button for it in thread_parts() if it.button and it.offers(viewer, thread))


def find_next_form(name: str, viewer: Viewer, thread: Thread | None = None) -> NextForm | None:
    """The form that ``name`` asks for, if there is one; of a ``thread``, if it is offered."""
    for part in thread_parts():
        if name in part.next_forms and (thread is None or part.offers(viewer, thread)):
            return part.next_forms[name]
    return None


def head_marks(thread: Thread) -> list[str]:
    """The marks in the head of ``thread``, for the viewer for whom it was read."""
    return [
        mark
        for part in thread_parts()
        for mark, name in part.marks.items()
        if getattr(thread, name)
    ]


def merge_parts(thread: Thread, into: Thread, actor: Viewer) -> list[str]:
    """Merge all parts of ``thread``; return the columns of ``into`` to be saved."""
    for part in thread_parts():
        part.merge(thread, into, actor)
    return _columns()


def move_parts(thread: Thread, *, has_more_readers: bool) -> list[str]:
    """Move all parts of ``thread``; return its columns to be saved."""
    for part in thread_parts():
        part.move(thread, has_more_readers=has_more_readers)
    return _columns()


def undo_parts(thread: Thread) -> None:
    """Undo all parts of ``thread``."""
    for part in thread_parts():
        part.undo(thread)


def agreed_words(threads: Collection[int]) -> list[tuple[int, str]]:
    """``(thread id, words)`` of all parts, that agreeing to more readers agrees to."""
    return [row for part in thread_parts() for row in part.agreed_words(threads)]


def threads_naming(person_id: int) -> set[int]:
    """The ids of the threads in which parts show the name of a person."""
    rows = (part.naming(person_id) for part in thread_parts())
    return {pk for threads in rows for pk in threads.values_list("thread", flat=True)}


def _columns() -> list[str]:
    return [name for part in thread_parts() for name in part.columns]

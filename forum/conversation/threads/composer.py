"""What the pages that show a composer have in common."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404
from django.utils.datastructures import MultiValueDict
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.fragment_cache import TemplateFragment, row_values
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.viewers import Rights, Viewer
from forum.base import rules
from forum.base.readership import Readership, readership_of
from forum.base.spaces.models import Space
from forum.base.visibility import Rule
from forum.conversation.follows.mail_bounds import mail_bound
from forum.conversation.threads.forms import ReplyForm, seat_choices
from forum.conversation.threads.models import Post, Thread

#: The composer of an empty reply. What it shows of a space, besides its readership:
_EMPTY_COMPOSER = TemplateFragment("conversation/threads/reply_form.html", "composer")
_SPACE_FIELDS = (
    "pk", "audience", "name", "name_en", "college__name", "college__name_en", "college__colour",
    "holds_first_posts", "mail_content",
)  # fmt: skip


def composer_context(
    request: ViewerRequest, thread: Thread, rights_number: int | None = None
) -> dict[str, Any]:
    """The context of a page of ``thread`` with a composer, but for its form.

    ``rights_number``: of the rights clock, where it has just been read.
    """
    viewer = request.viewer
    return {
        "thread": thread,
        "may_reply": rules.may_reply(viewer, thread),
        "may_moderate": rules.may_moderate(viewer),
        "may_accept_answer": rules.may_accept_answer(viewer, thread),
        "read_only_reason": rules.reading_reason(viewer, thread.space),
        "readership": readership_of(thread.space, rights_number),
        "mail_bound": mail_bound(getattr(thread, "followers_by_mail", 0)),
    }


def render_empty_composer(
    viewer: Viewer, space: Space, readership: Readership, mail_bound: int
) -> str:
    """The fields of an empty reply in ``space``, kept for this person; without its key."""
    shows = viewer.person_id, viewer.is_signatory, viewer.seat_id, viewer.is_animator
    about = readership, mail_bound
    key = row_values(space, _SPACE_FIELDS), about, shows, seat_choices(viewer)
    form = SimpleLazyObject(
        lambda: ReplyForm(initial={"shown_readers": readership.stamp}, viewer=viewer)
    )
    return _EMPTY_COMPOSER.render(
        key,
        form=form,
        space=space,
        readership=readership,
        mail_bound=mail_bound,
        viewer=viewer,
        may_moderate=rules.may_moderate(viewer),
    )


def with_idempotency_key(initial: dict[str, Any]) -> dict[str, Any]:
    """``initial`` values of a form, or a context, with a new ``idempotency_key`` if none."""
    return {"idempotency_key": uuid4()} | initial


def posted_before_message() -> str:
    """What someone is told whose words were sent again, where they are led to what stands."""
    return _("Ce message était déjà publié : le voici.")


def held_message() -> str:
    """What someone is told whose post waits for an animator."""
    return _(
        "Votre message attend d’être relu par l’équipe d’animation. Vous serez averti quand il "
        "paraîtra."
    )


def get_post_or_404(request: ViewerRequest, pk: int, rule: Rule | None = None) -> Post:
    """The post of this id, with its byline, thread and space, that the viewer may see.

    Raise Http404 where ``rule``, by default the one of posts, hides it.
    """
    viewer = request.viewer
    post = _POST_QUERY.first(viewer.rights, rule, pk=pk, person_id=viewer.person_id or 0)
    if post is None:
        raise Http404
    return post


def _post_queryset(
    rights: Rights, rule: Rule | None, pk: int, person_id: int
) -> QuerySet[Post]:
    viewer = Viewer(*rights, person_id=person_id)
    posts = Post.objects.visible_to(viewer, rule).with_byline()
    return posts.select_related("thread__space").filter(pk=pk)


_POST_QUERY = CompiledQuery(_post_queryset, "pk", "person_id")


def set_form_values(form: Form, **values: Any) -> None:
    """Set ``values`` of fields in a sent ``form``, to show it again as typed but for these."""
    sent = form.data
    assert isinstance(sent, MultiValueDict)  # It is what a request sent.
    form.data = data = sent.copy()
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else [value])


@contextmanager
def renewing_readers(form: Form, space: Space) -> Iterator[None]:
    """A context that sets in ``form`` who reads ``space`` today, where it is refused."""
    try:
        yield
    except rules.Refused:
        set_form_values(form, shown_readers=readership_of(space).stamp)
        raise

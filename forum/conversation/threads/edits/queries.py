"""Which posts one may edit or delete, as far as the place and the sheet of each say."""

from django.db.models import Q

from accounts.viewers.viewers import Rights, Viewer
from forum.base import rules, visibility
from forum.base.writers import has_words_of_others
from forum.conversation.threads.holds import own_withheld
from forum.conversation.threads.models import Post, Thread


def editable_posts(viewer: Viewer | Rights, prefix: str = "") -> Q:
    """The shown posts, and the viewer's own that a move withholds, in the threads they see."""
    own = own_withheld(getattr(viewer, "person_id", None), prefix)
    return visibility.posts(viewer, prefix) | (
        visibility.threads(viewer, prefix=f"{prefix}thread__") & own
    )


def is_sheet_of_several(post: Post, thread: Thread) -> bool:
    """Whether ``post`` of ``thread`` shows a sheet with words of others than its author."""
    rows = Post._base_manager.filter(pk=post.pk)
    return rules.is_of_sheet(post, thread) and has_words_of_others(rows, post.author_id)

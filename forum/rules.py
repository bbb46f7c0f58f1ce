"""What people may do to what they can see: pure functions that ask no database.

``viewer`` has already been shown the thread or post; these say what may be done to it. A
thread brings its space, loaded with it.
"""


def is_read_only(viewer, space):
    """A room that one has opened, and that of an archived group, are read and no more."""
    return (
        space.college_id in viewer.opened_colleges or space.group_id in viewer.archived_groups
    )


def may_start_thread(viewer, space=None):
    """Members start threads; in ``space``, where given, unless they only read it."""
    return viewer.is_member and not (space and is_read_only(viewer, space))


def may_post_announcement(viewer):
    """Announcements come from the animators."""
    return viewer.is_animator


def may_reply(viewer, thread):
    """Members reply; once a thread is locked, animators only; nobody where they only read."""
    is_open = viewer.is_animator or not thread.is_locked
    return viewer.is_member and is_open and not is_read_only(viewer, thread.space)


def may_follow(viewer):
    """Whoever has an account follows what they read, before they sign anything."""
    return viewer.is_registered


def may_edit_post(viewer, post, thread):
    """Authors edit what stands while they are members and the thread is open."""
    is_shown = post.hidden_at is None and post.deleted_at is None
    return is_shown and is_author(viewer, post) and may_reply(viewer, thread)


def may_delete_post(viewer, post):
    """Authors may take back what they wrote, at any time, where they may still read it."""
    return post.deleted_at is None and is_author(viewer, post)


def may_moderate(viewer):
    """Animators hide, restore and lock where they read."""
    return viewer.is_animator


def may_pin_or_move(viewer, thread):
    """They pin and move where they do not only read."""
    return may_moderate(viewer) and not is_read_only(viewer, thread.space)


def may_edit_thread(viewer, thread):
    """Whose thread it is and the animators retitle and retag it."""
    return may_pin_or_move(viewer, thread) or (
        owns_thread(viewer, thread)
        and may_start_thread(viewer, thread.space)
        and not thread.is_locked
    )


def may_accept_answer(viewer, thread):
    """Who asked, or an animator, says which answer settles a question."""
    if thread.kind != "question" or is_read_only(viewer, thread.space):
        return False
    return may_moderate(viewer) or (viewer.is_member and owns_thread(viewer, thread))


def owns_thread(viewer, thread):
    """Whether the thread is ``viewer``'s: they carry it on by a seat, or began it.

    What was handed over is no longer its author's to decide.
    """
    if thread.assignee_id is not None:
        return thread.assignee_id in viewer.seats
    return is_author(viewer, thread)


def is_author(viewer, written):
    """Whether ``viewer`` wrote this thread or post."""
    return viewer.person_id is not None and written.author_id == viewer.person_id

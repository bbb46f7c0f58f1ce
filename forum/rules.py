"""What people may do to what they can see: pure functions that ask no database.

``viewer`` has already been shown the thread or post; these say what may be done to it.
"""


def may_start(viewer):
    """Members start threads, in any space they read."""
    return viewer.is_member


def may_announce(viewer):
    """Announcements come from the animators."""
    return viewer.is_animator


def may_reply(viewer, thread):
    """Members reply; once a thread is locked, animators only."""
    return viewer.is_member and (viewer.is_animator or not thread.is_locked)


def may_follow(viewer):
    """Whoever has an account follows what they read, before they sign anything."""
    return viewer.is_registered


def may_edit(viewer, post, thread):
    """Authors edit what stands while they are members and the thread is open."""
    stands = post.hidden_at is None and post.deleted_at is None
    return stands and is_author(viewer, post) and may_reply(viewer, thread)


def may_delete(viewer, post):
    """Authors may take back what they wrote, at any time, where they may still read it."""
    return post.deleted_at is None and is_author(viewer, post)


def may_moderate(viewer):
    """Animators hide, restore, lock, pin and move where they read."""
    return viewer.is_animator


def may_revise(viewer, thread):
    """Whose thread it is and the animators retitle and retag it."""
    return may_moderate(viewer) or (
        viewer.is_member and carries(viewer, thread) and not thread.is_locked
    )


def may_accept(viewer, thread):
    """Who asked, or an animator, says which answer settles a question."""
    if thread.kind != "question":
        return False
    return may_moderate(viewer) or (viewer.is_member and carries(viewer, thread))


def carries(viewer, thread):
    """Whether the thread is ``viewer``'s: they began it, or carry it on by a seat of theirs."""
    return is_author(viewer, thread) or (
        thread.keeper_id is not None and thread.keeper_id in viewer.seats
    )


def is_author(viewer, written):
    """Whether ``viewer`` wrote this thread or post."""
    return viewer.person_id is not None and written.author_id == viewer.person_id

"""Who may see what: the one place that decides it.

Every read of the forum starts with ``Model.objects.visible_to(viewer)``: a page, a count,
a list and a live update alike. Each rule is written once, as a condition that the database
applies, and the rules nest: a post shows where its thread does, a thread where its space
does. There is no second copy in Python to drift from the first: to ask about one post, ask
``Post.objects.visible_to(viewer).get(pk=…)``, and a miss is a 404 like any other.

``viewer`` is a ``Viewer`` or its ``rights``; ``prefix`` is the path from the model being filtered
to the one the rule is about, such as ``thread__space__``.
"""

from django.apps import apps
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import GroupEntry, Organisation, Seat, Signature
from accounts.profiles.queries import listed
from accounts.viewers.viewers import AccessLevel


def spaces(viewer, prefix=""):
    """The public square; for members the network's; the rooms of one's college and groups.

    And, for as long as they are open to them, the rooms that they have opened.
    """
    seen = Q((f"{prefix}audience", "public"))
    if viewer.level >= AccessLevel.MEMBER:
        seen |= Q((f"{prefix}audience", "network"))
        if viewer.groups:
            seen |= Q((f"{prefix}group__in", sorted(viewer.groups)))
    if colleges := viewer.colleges | viewer.opened_colleges:
        seen |= Q((f"{prefix}college__in", sorted(colleges)))
    return seen


def writable_spaces(viewer, prefix=""):
    """The visible spaces where one may write: there are some that one only reads."""
    opened_colleges, archived_groups = (
        sorted(viewer.opened_colleges),
        sorted(viewer.archived_groups),
    )
    only_read = Q((f"{prefix}college__in", opened_colleges)) | Q(
        (f"{prefix}group__in", archived_groups)
    )
    return (
        spaces(viewer, prefix) & ~only_read
        if opened_colleges or archived_groups
        else spaces(viewer, prefix)
    )


def groups(viewer, prefix=""):
    """The working groups one knows of: one's own, and those one may come into.

    Those are the ones that one asked to join or was invited to, and has no answer of yet;
    and all that take requests, from the whole network or from one's college.
    """
    if viewer.level < AccessLevel.MEMBER:
        return Q((f"{prefix}pk__in", []))
    entries = GroupEntry.objects.pending().filter(person=viewer.person_id)
    awaited = Q(Exists(entries.filter(group=OuterRef(f"{prefix}pk"))))
    asks = Q((f"{prefix}join_policy", "request")) & active_groups(prefix)
    mine = Q((f"{prefix}college", None)) | Q((f"{prefix}college__in", sorted(viewer.colleges)))
    return Q((f"{prefix}pk__in", sorted(viewer.groups))) | (mine & (awaited | asks))


def active_groups(prefix=""):
    """The working groups that are not archived."""
    return Q((f"{prefix}ends_at", None)) | Q((f"{prefix}ends_at__gt", timezone.now()))


def own_group_entries(viewer, prefix=""):
    """One's own requests and invitations, whatever became of them."""
    return Q((f"{prefix}person", viewer.person_id or 0))


def pending_entries(viewer, prefix=""):
    """Of one's own that wait, those of groups that one knows of and that are not archived."""
    group = f"{prefix}group__"
    return own_group_entries(viewer, prefix) & active_groups(group) & groups(viewer, group)


def organisations(viewer, prefix=""):
    """The organisations whose page one may open: all that are, or were, of the network.

    One that never was shows to those who have a seat in it and to animators; and, while it
    looks for sponsors, to who may sponsor it.
    """
    if viewer.is_animator:
        return Q()
    here = OuterRef(f"{prefix}pk")
    signed = Exists(Signature.objects.filter(organisation=here))
    theirs = Seat.objects.current().filter(organisation=here, person=viewer.person_id or 0)
    seen = Q(signed, (f"{prefix}admitted_at__isnull", False)) | Q(Exists(theirs))
    if viewer.seat_id:
        seen |= Q(Exists(Organisation.objects.candidates().filter(pk=here)))
    return seen


def break_glass_logs(viewer, prefix=""):
    """The rooms of which one reads who opened them: one's college's; animators, of all."""
    room = Q((f"{prefix}audience", "college"))
    if viewer.is_animator:
        return room
    return room & Q((f"{prefix}college__in", sorted(viewer.colleges | viewer.opened_colleges)))


def threads(viewer, prefix=""):
    """The threads of visible spaces that have not been withdrawn."""
    return spaces(viewer, prefix=f"{prefix}space__") & Q((f"{prefix}removed_at", None))


def posts(viewer, prefix=""):
    """The posts that stand, in visible threads."""
    return threads(viewer, prefix=f"{prefix}thread__") & shown_posts(prefix)


def shown_posts(prefix=""):
    """The posts whose words are shown: neither hidden nor taken back."""
    return Q((f"{prefix}hidden_at", None), (f"{prefix}deleted_at", None))


def follows(viewer, prefix=""):
    """The follows of visible threads, whoever follows."""
    return threads(viewer, prefix=f"{prefix}thread__")


def posts_with_tombstones(viewer, prefix=""):
    """Posts of visible threads, standing or not: their number and the line left of them.

    Who reads by this rule shows nothing of what a post that does not stand said.
    """
    return threads(viewer, prefix=f"{prefix}thread__")


def hidden_posts(viewer, prefix=""):
    """Hidden posts whose text may still be read: by animators, and by their author."""
    hidden = Q((f"{prefix}hidden_at__isnull", False), (f"{prefix}deleted_at", None))
    within = spaces(viewer, prefix=f"{prefix}thread__space__")
    if viewer.is_animator:
        return within & hidden
    return within & hidden & Q((f"{prefix}author", viewer.person_id or 0))


def own_posts(viewer, prefix=""):
    """What one wrote oneself, wherever it stands and whatever became of one's rights.

    Their own words are everyone's to read and take along; nobody else's come with them.
    """
    return Q((f"{prefix}author", viewer.person_id or 0), (f"{prefix}deleted_at", None))


def deletable_posts(viewer, prefix=""):
    """Posts that stand, and one's own that are hidden: what one wrote is one's to take back."""
    own = Q((f"{prefix}author", viewer.person_id or 0), (f"{prefix}deleted_at", None))
    return posts(viewer, prefix) | (posts_with_tombstones(viewer, prefix) & own)


def threads_with_removed(viewer, prefix=""):
    """Threads of visible spaces, withdrawn ones too: where an animator restores a post."""
    return spaces(viewer, prefix=f"{prefix}space__")


def tags(viewer, prefix=""):
    """Tags that at least one visible thread bears: a name is content."""
    borne = apps.get_model("forum", "Tagging").objects.filter(
        threads(viewer, prefix="content_object__")
    )
    return Q(Exists(borne.filter(tag=OuterRef(f"{prefix}pk"))))


def expertise(viewer, prefix=""):
    """For members, what listed people say they can testify on; and to anyone, one's own."""
    own = Q((f"{prefix}person", viewer.person_id or 0))
    if viewer.level < AccessLevel.MEMBER:
        return own
    active = Q((f"{prefix}person__is_active", True), (f"{prefix}person__suspended_at", None))
    return own | (listed(f"{prefix}person__") & active)


class VisibleQuerySet(QuerySet):
    """A queryset with one door for readers. A model's own subclass names its rule."""

    rule = None

    def visible_to(self, viewer, rule=None):
        """Keep what ``viewer`` may see, by the model's rule or by the one given."""
        return self.filter((rule or self.rule)(viewer))

    def visible_to_any(self, viewers):
        """Keep what any of ``viewers`` may see; ``seers`` tells of a row which of them."""
        asked = _conditions_by_alias(self.rule, viewers)
        if not asked:
            return self.none()
        told = {name: ExpressionWrapper(it, BooleanField()) for it, name in asked.items()}
        return self.filter(Q(*asked, _connector=Q.OR)).annotate(**told)


def viewers_who_see(row, viewers, rule):
    """Who of ``viewers`` see ``row``, found by ``rule`` with ``visible_to_any(viewers)``."""
    asked = _conditions_by_alias(rule, viewers)
    return frozenset(viewer for viewer in viewers if getattr(row, asked[rule(viewer)]))


def _conditions_by_alias(rule, viewers):
    """``{condition: its name on a row}``: many viewers, but few conditions.

    Who they are decides the names, and not in which order they come: a query that was
    compiled for the same viewers gives rows with the same names.
    """
    conditions = dict.fromkeys(rule(viewer) for viewer in sorted(viewers, key=_sort_key))
    return {condition: f"sight_{n}" for n, condition in enumerate(conditions)}


def _sort_key(viewer):
    """Viewers of one kind, and no others, rank alike."""
    level, colleges, groups, is_animator, opened_colleges, archived_groups = viewer.rights
    held = map(sorted, (colleges, groups, opened_colleges, archived_groups))
    return level, is_animator, *held

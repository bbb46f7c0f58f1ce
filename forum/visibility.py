"""Who may see what: the one place that decides it.

Every read of the forum starts with ``Model.objects.visible_to(viewer)``: a page, a count,
a list and a live update alike. Each rule is written once, as a condition that the database
applies, and the rules nest: a post shows where its thread does, a thread where its space
does. There is no second copy in Python to drift from the first: to ask about one post, ask
``Post.objects.visible_to(viewer).get(pk=…)``, and a miss is a 404 like any other.

``viewer`` is a ``Viewer`` or its ``kind``; ``at`` is the path from the model being filtered
to the one the rule is about, such as ``thread__space__``.
"""

from django.apps import apps
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.cards.models import listed
from accounts.models import GroupEntry, Organisation, Seat, Signature
from accounts.viewers import Standing


def spaces(viewer, at=""):
    """The public square; for members the network's; the rooms of one's college and groups.

    And, for as long as they are open to them, the rooms that they have opened.
    """
    seen = Q((f"{at}audience", "public"))
    if viewer.standing >= Standing.MEMBER:
        seen |= Q((f"{at}audience", "network"))
        if viewer.groups:
            seen |= Q((f"{at}group__in", sorted(viewer.groups)))
    if colleges := viewer.colleges | viewer.opened:
        seen |= Q((f"{at}college__in", sorted(colleges)))
    return seen


def writable(viewer, at=""):
    """The visible spaces where one may write: there are some that one only reads."""
    opened, shut = sorted(viewer.opened), sorted(viewer.shut)
    only_read = Q((f"{at}college__in", opened)) | Q((f"{at}group__in", shut))
    return spaces(viewer, at) & ~only_read if opened or shut else spaces(viewer, at)


def groups(viewer, at=""):
    """The working groups one knows of: one's own, and those one may come into.

    Those are the ones that one asked to join or was invited to, and has no answer of yet;
    and all that take requests, from the whole network or from one's college.
    """
    if viewer.standing < Standing.MEMBER:
        return Q((f"{at}pk__in", []))
    entries = GroupEntry.objects.waiting().filter(person=viewer.person_id)
    awaited = Q(Exists(entries.filter(group=OuterRef(f"{at}pk"))))
    asks = Q((f"{at}joining", "request")) & living(at)
    mine = Q((f"{at}college", None)) | Q((f"{at}college__in", sorted(viewer.colleges)))
    return Q((f"{at}pk__in", sorted(viewer.groups))) | (mine & (awaited | asks))


def living(at=""):
    """The working groups that are not archived."""
    return Q((f"{at}ends_at", None)) | Q((f"{at}ends_at__gt", timezone.now()))


def entries(viewer, at=""):
    """One's own requests and invitations, whatever became of them."""
    return Q((f"{at}person", viewer.person_id or 0))


def hopes(viewer, at=""):
    """Of one's own that wait, those of groups that one knows of and that are not archived."""
    group = f"{at}group__"
    return entries(viewer, at) & living(group) & groups(viewer, group)


def organisations(viewer, at=""):
    """The organisations whose page one may open: all that are, or were, of the network.

    One that never was shows to those who have a seat in it and to animators; and, while it
    looks for sponsors, to who may sponsor it.
    """
    if viewer.is_animator:
        return Q()
    here = OuterRef(f"{at}pk")
    signed = Exists(Signature.objects.filter(organisation=here))
    theirs = Seat.objects.held().filter(organisation=here, person=viewer.person_id or 0)
    seen = Q(signed, (f"{at}admitted_at__isnull", False)) | Q(Exists(theirs))
    if viewer.seat_id:
        seen |= Q(Exists(Organisation.objects.to_admit().filter(pk=here)))
    return seen


def opening_logs(viewer, at=""):
    """The rooms of which one reads who opened them: one's college's; animators, of all."""
    room = Q((f"{at}audience", "college"))
    if viewer.is_animator:
        return room
    return room & Q((f"{at}college__in", sorted(viewer.colleges | viewer.opened)))


def threads(viewer, at=""):
    """The threads of visible spaces that have not been withdrawn."""
    return spaces(viewer, at=f"{at}space__") & Q((f"{at}withdrawn_at", None))


def posts(viewer, at=""):
    """The posts that stand, in visible threads."""
    return threads(viewer, at=f"{at}thread__") & standing(at)


def standing(at=""):
    """The posts whose words are shown: neither hidden nor taken back."""
    return Q((f"{at}hidden_at", None), (f"{at}deleted_at", None))


def follows(viewer, at=""):
    """The follows of visible threads, whoever follows."""
    return threads(viewer, at=f"{at}thread__")


def traces(viewer, at=""):
    """Posts of visible threads, standing or not: their number and the line left of them.

    Who reads by this rule shows nothing of what a post that does not stand said.
    """
    return threads(viewer, at=f"{at}thread__")


def withheld(viewer, at=""):
    """Hidden posts whose text may still be read: by animators, and by their author."""
    hidden = Q((f"{at}hidden_at__isnull", False), (f"{at}deleted_at", None))
    within = spaces(viewer, at=f"{at}thread__space__")
    if viewer.is_animator:
        return within & hidden
    return within & hidden & Q((f"{at}author", viewer.person_id or 0))


def own(viewer, at=""):
    """What one wrote oneself, wherever it stands and whatever became of one's rights.

    Their own words are everyone's to read and take along; nobody else's come with them.
    """
    return Q((f"{at}author", viewer.person_id or 0), (f"{at}deleted_at", None))


def deletable(viewer, at=""):
    """Posts that stand, and one's own that are hidden: what one wrote is one's to take back."""
    own = Q((f"{at}author", viewer.person_id or 0), (f"{at}deleted_at", None))
    return posts(viewer, at) | (traces(viewer, at) & own)


def in_withdrawn(viewer, at=""):
    """Threads of visible spaces, withdrawn ones too: where an animator restores a post."""
    return spaces(viewer, at=f"{at}space__")


def tags(viewer, at=""):
    """Tags that at least one visible thread bears: a name is content."""
    borne = apps.get_model("forum", "Tagging").objects.filter(
        threads(viewer, at="content_object__")
    )
    return Q(Exists(borne.filter(tag=OuterRef(f"{at}pk"))))


def testimonies(viewer, at=""):
    """For members, what listed people say they can testify on; and to anyone, one's own."""
    own = Q((f"{at}person", viewer.person_id or 0))
    if viewer.standing < Standing.MEMBER:
        return own
    active = Q((f"{at}person__is_active", True), (f"{at}person__suspended_at", None))
    return own | (listed(f"{at}person__") & active)


class VisibleQuerySet(QuerySet):
    """A queryset with one door for readers. A model's own subclass names its rule."""

    rule = None

    def visible_to(self, viewer, rule=None):
        """Keep what ``viewer`` may see, by the model's rule or by the one given."""
        return self.filter((rule or self.rule)(viewer))

    def visible_to_any(self, viewers):
        """Keep what any of ``viewers`` may see; ``seers`` tells of a row which of them."""
        asked = _conditions(self.rule, viewers)
        if not asked:
            return self.none()
        told = {name: ExpressionWrapper(it, BooleanField()) for it, name in asked.items()}
        return self.filter(Q(*asked, _connector=Q.OR)).annotate(**told)


def seers(row, viewers, rule):
    """Who of ``viewers`` see ``row``, found by ``rule`` with ``visible_to_any(viewers)``."""
    asked = _conditions(rule, viewers)
    return frozenset(viewer for viewer in viewers if getattr(row, asked[rule(viewer)]))


def _conditions(rule, viewers):
    """``{condition: its name on a row}``: many viewers, but few conditions.

    Who they are decides the names, and not in which order they come: a query that was
    compiled for the same viewers gives rows with the same names.
    """
    conditions = dict.fromkeys(rule(viewer) for viewer in sorted(viewers, key=_rank))
    return {condition: f"sight_{n}" for n, condition in enumerate(conditions)}


def _rank(viewer):
    """Viewers of one kind, and no others, rank alike."""
    standing, colleges, groups, is_animator, opened, shut = viewer.kind
    held = map(sorted, (colleges, groups, opened, shut))
    return standing, is_animator, *held

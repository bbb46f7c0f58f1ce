"""The organisations, territories and people of the network that a viewer may find."""

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Subquery

from accounts.cards.models import listed
from accounts.models import Organisation, Seat, Territory, User
from accounts.territories.models import HOME, in_department
from forum.directory.asking import words_in
from forum.models import Post, Testimony


def organisations(viewer, asked):
    """Those of the network that answer to what is ``asked``, by name."""
    rows = Organisation.objects.in_network()
    for word in words_in(asked.words):
        rows = rows.filter(folded__contains=word)
    if asked.college:
        rows = rows.filter(college__slug=asked.college)
    if asked.topic:
        rows = rows.filter(_on_topic(viewer, asked.topic))
    if asked.department:
        rows = rows.filter(_lies_in(asked.department))
    return rows.order_by("folded")


def territories(viewer, asked):
    """Those where such organisations act, by name; wherever they lie."""
    # Asked once, and not again for each territory: who wrote on a topic is a long question.
    acting = list(organisations(viewer, asked).order_by().values_list("pk", flat=True))
    acts = Territory.organisations.through.objects.filter(
        organisation__in=acting, territory=OuterRef("pk")
    )
    counted = acts.order_by().values("territory").annotate(n=Count("pk")).values("n")
    rows = Territory.objects.filter(Exists(acts))
    return rows.annotate(organisation_count=Subquery(counted)).order_by("folded", "pk")


def lying(rows, asked):
    """Those of the territories ``rows`` in the department or the country ``asked`` for."""
    if asked.department:
        return rows.filter(in_department(asked.department), country=HOME)
    return rows.filter(country=asked.country) if asked.country else rows


def people():
    """The members who have not opted out of the directory: for members' eyes only."""
    seats = Seat.objects.opening().filter(person=OuterRef("pk"))
    return User.objects.filter(listed(), Exists(seats), is_active=True, suspended_at=None)


def found_people(viewer, asked):
    """The people of the directory who answer to what is ``asked``, by name.

    Organisation, college and department are those of confirmed seats: what nobody has
    confirmed finds nobody.
    """
    rows = people()
    for word in words_in(asked.words):
        rows = rows.filter(folded__contains=word)
    if asked.topic:
        known = Testimony.objects.visible_to(viewer).filter(topic__slug=asked.topic)
        rows = rows.filter(Exists(known.filter(person=OuterRef("pk"))))
    if asked.organisation or asked.college or asked.department:
        rows = rows.filter(Exists(_seats_asked(asked)))
    return rows.order_by("folded", "pk")


def with_what_they_show(rows, viewer):
    """People with their card, confirmed seats and topics, in three queries more."""
    seats = Seat.objects.speaking().select_related("organisation__college")
    known = Testimony.objects.visible_to(viewer).select_related("topic")
    return rows.select_related("card").prefetch_related(
        Prefetch("seats", seats, to_attr="confirmed_seats"),
        Prefetch("testimonies", known.order_by("topic__order"), to_attr="known"),
    )


def _on_topic(viewer, slug):
    """Organisations that wrote on the topic where ``viewer`` reads, or can testify on it."""
    posts = Post.objects.visible_to(viewer).filter(
        thread__topic__slug=slug, seat__organisation=OuterRef("pk")
    )
    known = Testimony.objects.visible_to(viewer).filter(
        topic__slug=slug, person=OuterRef("person")
    )
    seats = Seat.objects.speaking().filter(Exists(known), organisation=OuterRef("pk"))
    return Q(Exists(posts)) | Q(Exists(seats))


def _lies_in(code):
    """Organisations of the department, by their own or by a territory's."""
    there = Territory.objects.filter(in_department(code), organisations=OuterRef("pk"))
    return Q(department_code=code) | Q(Exists(there))


def _seats_asked(asked):
    seats = Seat.objects.speaking().filter(person=OuterRef("pk"))
    for word in words_in(asked.organisation):
        seats = seats.filter(organisation__folded__contains=word)
    if asked.college:
        seats = seats.filter(organisation__college__slug=asked.college)
    if asked.department:
        there = Organisation.objects.filter(
            _lies_in(asked.department), pk=OuterRef("organisation")
        )
        seats = seats.filter(Exists(there))
    return seats

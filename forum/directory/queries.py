"""The organisations, territories and people of the network that a viewer may find."""

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.models import Organisation, Seat, Territory, User
from accounts.profiles.queries import listed
from accounts.territories.models import HOME_COUNTRY, in_department
from accounts.viewers.viewers import Viewer
from forum.directory.filters import DirectoryFilters, search_words
from forum.models import Expertise, Post


def find_organisations(viewer: Viewer, filters: DirectoryFilters) -> QuerySet[Organisation]:
    """The organisations of the network that match ``filters``, by name."""
    rows = Organisation.objects.in_network()
    for word in search_words(filters.words):
        rows = rows.filter(folded_name__contains=word)
    if filters.college:
        rows = rows.filter(college__slug=filters.college)
    if filters.topic:
        rows = rows.filter(_on_topic(viewer, filters.topic))
    if filters.department:
        rows = rows.filter(_in_department(filters.department))
    return rows.order_by("folded_name")


def find_territories(viewer: Viewer, filters: DirectoryFilters) -> QuerySet[Territory]:
    """Those where such organisations act, by name; wherever they lie.

    Each with ``organisation_count``, how many of them act there. Who they are a subquery
    finds, once for all territories; but who wrote on a topic is a long question, which is
    asked once for all queries made of these rows.
    """
    acting = find_organisations(viewer, filters).order_by().values_list("pk", flat=True)
    if filters.topic:
        acting = list(acting)
    rows = Territory.objects.filter(organisations__in=acting)
    counted = rows.annotate(organisation_count=Count("organisations"))
    return counted.order_by("folded_name", "pk")


def located_in(rows: QuerySet[Territory], filters: DirectoryFilters) -> QuerySet[Territory]:
    """The territories among ``rows`` in the department or country that ``filters`` name."""
    if filters.department:
        return rows.filter(in_department(filters.department), country=HOME_COUNTRY)
    return rows.filter(country=filters.country) if filters.country else rows


def listed_people() -> QuerySet[User]:
    """The members who have not opted out of the directory: for members' eyes only."""
    seats = Seat.objects.granting_access().filter(person=OuterRef("pk"))
    return User.objects.filter(listed(), Exists(seats), is_active=True, suspended_at=None)


def find_people(viewer: Viewer, filters: DirectoryFilters) -> QuerySet[User]:
    """The people of the directory who match ``filters``, by name.

    Organisation, college and department are those of confirmed seats: what nobody has
    confirmed finds nobody.
    """
    rows = listed_people()
    for word in search_words(filters.words):
        rows = rows.filter(folded_name__contains=word)
    if filters.topic:
        expertise = Expertise.objects.visible_to(viewer).filter(topic__slug=filters.topic)
        rows = rows.filter(Exists(expertise.filter(person=OuterRef("pk"))))
    if filters.organisation or filters.college or filters.department:
        rows = rows.filter(Exists(_matching_seats(filters)))
    return rows.order_by("folded_name", "pk")


def with_profiles(rows: QuerySet[User], viewer: Viewer) -> QuerySet[User]:
    """People with their profile, confirmed seats and topics, in three queries more."""
    seats = Seat.objects.representing().select_related("organisation__college")
    expertise = Expertise.objects.visible_to(viewer).select_related("topic")
    return rows.select_related("profile").prefetch_related(
        Prefetch("seats", seats, to_attr="confirmed_seats"),
        Prefetch("expertise", expertise.order_by("topic__order"), to_attr="listed_expertise"),
    )


def _on_topic(viewer, slug):
    """Organisations that wrote on the topic where ``viewer`` reads, or can testify on it."""
    posts = Post.objects.visible_to(viewer).filter(
        thread__topic__slug=slug, seat__organisation=OuterRef("pk")
    )
    expertise = Expertise.objects.visible_to(viewer).filter(
        topic__slug=slug, person=OuterRef("person")
    )
    seats = Seat.objects.representing().filter(Exists(expertise), organisation=OuterRef("pk"))
    return Q(Exists(posts)) | Q(Exists(seats))


def _in_department(code):
    """Organisations of the department, by their own or by a territory's."""
    there = Territory.objects.filter(in_department(code), organisations=OuterRef("pk"))
    return Q(department_code=code) | Q(Exists(there))


def _matching_seats(filters):
    seats = Seat.objects.representing().filter(person=OuterRef("pk"))
    for word in search_words(filters.organisation):
        seats = seats.filter(organisation__folded_name__contains=word)
    if filters.college:
        seats = seats.filter(organisation__college__slug=filters.college)
    if filters.department:
        there = Organisation.objects.filter(
            _in_department(filters.department), pk=OuterRef("organisation")
        )
        seats = seats.filter(Exists(there))
    return seats

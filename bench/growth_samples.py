"""Who looks at a grown forum, and what the addresses of its pages are filled in with."""

from datetime import timedelta
from random import Random
from uuid import UUID, uuid5

from django.db.models import Count

_KEY, _SETTLED_KEY, _ANSWER_KEY = (UUID(int=n) for n in (9, 10, 11))
#: Of what the smaller forum has too few to fill a page, as many are added to both.
_SOME = 60


def sample_people():
    """``{kind of viewer: person}``: a guest, a member, an animator, in the middle of all.

    The middle is by how much they wrote. The member speaks for their organisation.
    """
    from accounts.models import User

    people = User.objects.annotate(written=Count("posts")).order_by("written", "pk")
    middle = people.count() // 2
    member = people[middle]
    member.seats.update(is_contact=True)
    college = member.seats.get().organisation.college_id
    others = people.exclude(seats__organisation__college=college)
    User.objects.filter(pk=others[others.count() // 2].pk).update(is_animator=True)
    animator = User.objects.filter(is_animator=True).first()
    return {"guest": None, "member": member, "animator": animator}


def sample_values(member):
    """What stands for ``{fils}`` and its like: what ``member`` wrote, or what is largest."""
    from accounts.models import CharterVersion, Organisation, Territory
    from forum.models import Post, Space, Tag, Thread, Topic

    public = Space.objects.get(audience="public")
    own = Thread.objects.filter(author=member).order_by("pk").first()
    seat, group = member.seats.get(), _group(member)
    signature = member.signatures.get()
    deep = Thread.objects.filter(space=public).order_by("-post_count").first()
    written = Post.objects.filter(author=member, thread__space=public, number__gt=1)
    post = written.filter(hidden_at=None).order_by("pk").first()
    Thread.objects.filter(pk=own.pk).update(space=public)
    colleague = seat.organisation.seats.exclude(pk=seat.pk).first() or seat
    candidate, _new = Organisation.objects.get_or_create(
        slug="candidate", defaults={"name": "Candidate", "college": seat.organisation.college}
    )
    Organisation.objects.filter(pk=candidate.pk).update(admitted_at=None, needs_sponsors=True)
    candidate.email_domains.get_or_create(
        domain="candidate.invalid", defaults={"declared_by": member}
    )
    tag, topic = _largest(Tag, "taggings"), _largest(Topic, "threads")
    _add_questions(public, topic, tag)
    territory = _largest(Territory, "organisations")
    _add_organisations(territory, seat.organisation.department_code)
    return {
        "fils": own.pk,
        "thread": deep.get_absolute_url().split("/")[2],
        "messages": post.pk,
        "mots": tag.slug,
        "sujets": topic.slug,
        "espaces": public.slug,
        "territoires": territory.slug,
        "organisations": seat.organisation.slug,
        "contresigner": seat.organisation.slug,
        "membres": member.pk,
        "sieges": colleague.pk,
        "signatures": signature.pk,
        "charte": CharterVersion.objects.published().first().name,
        "groupes": group.slug,
        "demandes": group.entries.filter(type="request").first().pk,
        "invitations": group.entries.filter(type="invitation").first().pk,
        "admission": candidate.pk,
        "domaines": candidate.email_domains.get().pk,
        "parrainages": candidate.slug,
        "college": seat.organisation.college.slug,
        "department": seat.organisation.department_code,
    }


def _add_questions(space, topic, tag):
    """Questions without a reply and solved ones, a year old, on the topic, with the tag."""
    from django.utils import timezone

    from accounts.models import Seat
    from forum.models import Post
    from forum.site.demo.bulk_threads import PostData, ThreadData, create_threads
    from forum.site.demo.growth.prose import ProseGenerator

    prose, year_ago = ProseGenerator(Random(9)), timezone.now() - timedelta(days=365)
    # By those who wrote most: the people in the middle stay the same.
    seats = list(Seat.objects.annotate(many=Count("posts")).order_by("-many", "pk")[:_SOME])

    def post(seat, n, key):
        return PostData(seat, *prose.post(), year_ago - timedelta(hours=n), key)

    for key in (_KEY, _SETTLED_KEY):
        if Post.objects.filter(idempotency_key=key).exists():
            continue
        rows = []
        for n, seat in enumerate(seats):
            posts, accepted = [post(seat, n, key)], None
            if key == _SETTLED_KEY:
                accepted = 2
                posts.append(post(seats[n - 1], n, _ANSWER_KEY))
            of = space.pk, topic.pk, "question", prose.title()
            rows.append(ThreadData(*of, posts, [tag.pk], accepted))
        create_threads(rows)


def _add_organisations(territory, department_code):
    """Organisations that alone act on the territory, and that move to the department."""
    from accounts.models import Organisation

    pks = list(Organisation.objects.order_by("pk").values_list("pk", flat=True)[:_SOME])
    territory.organisations.set(pks)
    others = Organisation.objects.filter(pk__in=pks).exclude(department_code=department_code)
    others.update(department_code=department_code)


def _group(member):
    """A group of which ``member`` is the contact, with twenty more and some who ask."""
    from accounts.models import GroupEntry, GroupMembership, User, WorkingGroup
    from accounts.viewers.viewers import viewer_of_person
    from forum.members.groups.actions import create_group

    group = WorkingGroup.objects.filter(contact=member).first()
    if group:
        return group
    fields = {"purpose": "", "college": None, "join_policy": "request", "ends_at": None}
    # Who the member is depends on what was written since an earlier run.
    key = uuid5(_KEY, str(member.pk))
    fields |= {"name": f"Groupe d’essai {member.pk}", "idempotency_key": key}
    group = create_group(viewer_of_person(member), **fields)
    others = list(User.objects.exclude(pk=member.pk).order_by("pk")[:30])
    GroupMembership.objects.bulk_create(
        GroupMembership(group=group, person=person) for person in others[:20]
    )
    GroupEntry.objects.bulk_create(
        GroupEntry(group=group, person=person, type="request") for person in others[20:]
    )
    invited = {"created_by": member, "address": "quelqu-un@essai.invalid"}
    GroupEntry.objects.create(group=group, type="invitation", **invited)
    return group


def _largest(model, related):
    return model.objects.annotate(many=Count(related)).order_by("-many", "pk").first()

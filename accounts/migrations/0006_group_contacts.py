from django.db import migrations


def name_contacts(apps, schema_editor):
    """Whoever has been longest in a group answers for it."""
    memberships = apps.get_model("accounts", "GroupMembership").objects
    for group in apps.get_model("accounts", "WorkingGroup").objects.filter(contact=None):
        first = memberships.filter(group=group).order_by("joined_at", "pk").first()
        if first:
            group.contact_id = group.created_by_id = first.person_id
            group.created_at = first.joined_at
            group.save(update_fields=["contact", "created_by", "created_at"])


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_groups_and_openings'),
    ]

    operations = [
        migrations.RunPython(name_contacts, migrations.RunPython.noop),
    ]

from django.db import migrations, models


def tell_who_waits(apps, _editor):
    """Until now, only sponsors were waited for, and the register named whoever signed."""
    waiting = apps.get_model("accounts", "Organisation").objects.filter(admitted_at=None)
    waiting.filter(struck_at=None).update(needs_sponsors=True)
    signed = apps.get_model("accounts", "SignedVersion").objects
    signed.filter(admitted_at__isnull=False).update(was_admitted=True)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0010_account_closing'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='signedversion',
            name='signed_version_by_college',
        ),
        migrations.AddField(
            model_name='organisation',
            name='needs_sponsors',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='signedversion',
            name='was_admitted',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddIndex(
            model_name='signedversion',
            index=models.Index(condition=models.Q(('was_admitted', True)), fields=['college_order', 'college', 'folded_name', 'organisation'], name='signed_version_by_college'),
        ),
        migrations.RunPython(tell_who_waits, migrations.RunPython.noop),
    ]

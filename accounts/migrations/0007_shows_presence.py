"""Whether a person is named where they read and write."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_session_salt'),
    ]

    operations = [
        migrations.AddField(
            model_name='profile',
            name='shows_presence',
            field=models.BooleanField(default=True, verbose_name='est nommé là où il lit'),
        ),
    ]

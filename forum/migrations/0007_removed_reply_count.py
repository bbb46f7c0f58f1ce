from django.db import migrations, models

COUNT = """
UPDATE forum_thread SET removed_reply_count = (
  SELECT COUNT(*) FROM forum_post WHERE thread_id = forum_thread.id AND number > 1
  AND (hidden_at IS NOT NULL OR deleted_at IS NOT NULL OR withheld_move_id IS NOT NULL)
)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('forum', '0006_threadaddressee'),
    ]

    operations = [
        migrations.AddField(
            model_name='thread',
            name='removed_reply_count',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.RunSQL(COUNT, migrations.RunSQL.noop),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0007_latest_bad_end'),
    ]

    operations = [
        migrations.AddField(
            model_name='computenode',
            name='missing_folders',
            field=models.JSONField(blank=True, default=list),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0003_result_cause'),
    ]

    operations = [
        migrations.AddField(
            model_name='result',
            name='usage',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0006_family_parameters_as_pairs'),
        ('workflows', '0002_graph_drawing'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='result',
            index=models.Index(condition=models.Q(('cause', ''), _negated=True), fields=['workflow', 'ended_at'], name='result_latest_bad_end'),
        ),
    ]

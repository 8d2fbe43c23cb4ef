from django.db import migrations


def _to_pairs(apps, schema_editor):
    families = apps.get_model("jobs", "Family").objects
    for family in families.only("parameters").iterator(chunk_size=100):
        families.filter(pk=family.pk).update(parameters=list(family.parameters.items()))


def _to_objects(apps, schema_editor):
    families = apps.get_model("jobs", "Family").objects
    for family in families.only("parameters").iterator(chunk_size=100):
        families.filter(pk=family.pk).update(parameters=dict(family.parameters))


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0005_changed_command'),
    ]

    operations = [
        migrations.RunPython(_to_pairs, _to_objects),
    ]

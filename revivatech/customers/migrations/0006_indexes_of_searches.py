
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0007_names_by_part'),
        ('customers', '0005_language_of_consent'),
    ]

    operations = [
        migrations.AlterField(
            model_name='customerdevice',
            name='model',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='catalogue.devicemodel'),
        ),
        migrations.AddIndex(
            model_name='customerdevice',
            index=models.Index(fields=['model', 'id'], name='device_of_model'),
        ),
    ]

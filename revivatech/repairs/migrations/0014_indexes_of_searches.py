
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0004_named'),
        ('customers', '0006_indexes_of_searches'),
        ('repairs', '0013_longer_labels'),
        ('shop', '0006_words_in_languages'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='repair',
            name='repair_of_customer',
        ),
        migrations.RemoveIndex(
            model_name='repair',
            name='repair_pressing',
        ),
        migrations.AlterField(
            model_name='repair',
            name='assigned_to',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assigned_repairs', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='repair',
            name='customer',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='repairs', to='customers.customer'),
        ),
        migrations.AlterField(
            model_name='repair',
            name='device',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='repairs', to='customers.customerdevice'),
        ),
        migrations.AlterField(
            model_name='repair',
            name='location',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='repairs', to='shop.location'),
        ),
        migrations.AddIndex(
            model_name='repair',
            index=models.Index(fields=['customer', '-created_at'], include=('id', 'status', 'queue_rank', 'queue_due', 'device'), name='repair_of_customer'),
        ),
        migrations.AddIndex(
            model_name='repair',
            index=models.Index(fields=['device'], include=('id', 'status', 'queue_rank', 'queue_due', 'customer'), name='repair_of_device'),
        ),
        migrations.AddIndex(
            model_name='repair',
            index=models.Index(fields=['queue_rank', 'queue_due', 'id'], include=('status', 'location', 'customer', 'device'), name='repair_pressing'),
        ),
    ]

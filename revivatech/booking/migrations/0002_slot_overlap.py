import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models
from django.db.models import F

import revivatech.booking.models


class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0001_initial'),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.AddField(
            model_name='booking',
            name='calendar_sequence',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='bookingdraft',
            name='booking',
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='booking.booking'
            ),
        ),
        migrations.RemoveConstraint(model_name='slotplace', name='slot_place_once'),
        migrations.AddField(
            model_name='slotplace',
            name='ends_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(
            'UPDATE booking_slotplace SET ends_at = b.ends_at FROM booking_booking b WHERE b.id = booking_id',
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name='slotplace',
            name='ends_at',
            field=models.DateTimeField(),
        ),
        migrations.AddConstraint(
            model_name='slotplace',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                name='slot_place_once',
                expressions=[
                    ('location', '='),
                    ('place', '='),
                    (
                        revivatech.booking.models.Stretch(
                            'starts_at', 'ends_at', django.contrib.postgres.fields.ranges.RangeBoundary()
                        ),
                        '&&',
                    ),
                ],
            ),
        ),
        migrations.AddConstraint(
            model_name='slotplace',
            constraint=models.CheckConstraint(
                condition=models.Q(ends_at__gt=F('starts_at')), name='slot_place_ends_after_start'
            ),
        ),
    ]

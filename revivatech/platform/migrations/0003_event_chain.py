from __future__ import annotations

from itertools import groupby

from django.db import migrations, models
from django.db.models import Q

from revivatech.platform.events.chain import FIRST, PURPOSE, digest, sealed_text
from revivatech.platform.signing import sign

# Rows from before the chain are linked as they are found: it cannot tell what was done to them earlier.
FILL = "UPDATE platform_eventrecord SET previous_hash = %s, hash = %s WHERE id = %s"


def link_what_is_there(apps, schema_editor):
    event_record, event_head = apps.get_model("platform", "EventRecord"), apps.get_model("platform", "EventHead")
    if not event_record.objects.exists():
        return
    rows = event_record.objects.order_by("subject_kind", "subject_id", "sequence").iterator(chunk_size=1_000)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("ALTER TABLE platform_eventrecord DISABLE TRIGGER event_log_is_append_only")
        for (kind, pk), log in groupby(rows, key=lambda row: (row.subject_kind, row.subject_id)):
            previous, linked = FIRST, []
            for row in log:
                row.previous_hash = previous
                previous = digest(row)
                linked.append((row.previous_hash, previous, row.pk))
            cursor.executemany(FILL, linked)
            seal = sign(PURPOSE, sealed_text(kind, pk, row.sequence, previous))
            event_head.objects.create(
                subject_kind=kind, subject_id=pk, sequence=row.sequence, hash=previous, event_id=row.pk, seal=seal
            )
        cursor.execute("ALTER TABLE platform_eventrecord ENABLE TRIGGER event_log_is_append_only")


ONWARDS_ONLY = """
CREATE FUNCTION platform_head_goes_onwards() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.id = OLD.id AND NEW.subject_kind = OLD.subject_kind AND NEW.subject_id = OLD.subject_id
       AND NEW.sequence = OLD.sequence + 1 AND NEW.event_id > OLD.event_id THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the head of an event log only goes forward by one: % of %:% refused', TG_OP, OLD.subject_kind, OLD.subject_id
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER event_head_goes_onwards BEFORE UPDATE OR DELETE ON platform_eventhead
    FOR EACH ROW EXECUTE FUNCTION platform_head_goes_onwards();
"""
ANYWHERE = """
DROP TRIGGER event_head_goes_onwards ON platform_eventhead;
DROP FUNCTION platform_head_goes_onwards();
"""


class Migration(migrations.Migration):
    dependencies = [("platform", "0002_stored_files")]

    operations = [
        migrations.AddField(
            "eventrecord", "previous_hash", models.CharField(default="", max_length=64), preserve_default=False
        ),
        migrations.AddField("eventrecord", "hash", models.CharField(default="", max_length=64), preserve_default=False),
        migrations.CreateModel(
            name="EventHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject_kind", models.CharField(max_length=40)),
                ("subject_id", models.BigIntegerField()),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("hash", models.CharField(max_length=64)),
                ("event_id", models.BigIntegerField(unique=True)),
                ("seal", models.CharField(max_length=100)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("subject_kind", "subject_id"), name="event_head_once")
                ],
            },
        ),
        migrations.RunPython(link_what_is_there, migrations.RunPython.noop),
        migrations.AddConstraint(
            "eventrecord",
            models.CheckConstraint(
                condition=Q(hash__regex="^[0-9a-f]{64}$", previous_hash__regex="^[0-9a-f]{64}$"),
                name="event_is_linked",
            ),
        ),
        migrations.RunSQL(ONWARDS_ONLY, ANYWHERE),
    ]

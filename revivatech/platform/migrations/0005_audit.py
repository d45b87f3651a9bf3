from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q

# A row may lose what it says about a person, under a signature that `doctor` checks; all else of it stays as written.
REDACTABLE = """
CREATE OR REPLACE FUNCTION platform_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.redaction <> ''
       AND (to_jsonb(NEW) - '{payload,actor_label,address,redaction}'::text[])
         = (to_jsonb(OLD) - '{payload,actor_label,address,redaction}'::text[]) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the event log is append-only: % of event % refused', TG_OP, OLD.id
        USING ERRCODE = 'restrict_violation', HINT = 'Record a new event that corrects the old one.';
END $$;
"""
NEVER = """
CREATE OR REPLACE FUNCTION platform_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the event log is append-only: % of event % refused', TG_OP, OLD.id
        USING ERRCODE = 'restrict_violation', HINT = 'Record a new event that corrects the old one.';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("platform", "0004_a_photo_of_one_part")]

    operations = [
        migrations.AddField(
            "eventrecord", "address", models.CharField(blank=True, default="", max_length=45), preserve_default=False
        ),
        migrations.AddField(
            "eventrecord", "redaction", models.CharField(blank=True, default="", max_length=100), preserve_default=False
        ),
        migrations.AddIndex("eventrecord", models.Index(fields=["actor_id", "id"], name="event_by_actor")),
        migrations.AddIndex("eventrecord", models.Index(fields=["name", "id"], name="event_by_name")),
        migrations.AddIndex(
            "eventrecord", models.Index(fields=["address", "id"], condition=~Q(address=""), name="event_by_address")
        ),
        migrations.RunSQL(REDACTABLE, NEVER),
    ]

from __future__ import annotations

from django.db import migrations, models

import revivatech.platform.clock

# History can be added to, never rewritten, whoever holds the connection. TRUNCATE stays possible for the owner of the
# table: it is how a test database is emptied, and it cannot be mistaken for an edit.
REFUSE = """
CREATE FUNCTION platform_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the event log is append-only: % of event % refused', TG_OP, OLD.id
        USING ERRCODE = 'restrict_violation', HINT = 'Record a new event that corrects the old one.';
END $$;
CREATE TRIGGER event_log_is_append_only BEFORE UPDATE OR DELETE ON platform_eventrecord
    FOR EACH ROW EXECUTE FUNCTION platform_refuse_rewriting();
"""
ALLOW = """
DROP TRIGGER event_log_is_append_only ON platform_eventrecord;
DROP FUNCTION platform_refuse_rewriting();
"""


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []

    operations = [
        migrations.CreateModel(
            name="EventRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(db_index=True, max_length=80)),
                ("subject_kind", models.CharField(max_length=40)),
                ("subject_id", models.BigIntegerField()),
                ("sequence", models.PositiveIntegerField()),
                ("payload", models.JSONField(default=dict)),
                ("actor_kind", models.CharField(max_length=16)),
                ("actor_id", models.BigIntegerField(null=True)),
                ("actor_label", models.CharField(max_length=200)),
                ("request_id", models.CharField(blank=True, max_length=40)),
                ("at", models.DateTimeField(db_index=True, default=revivatech.platform.clock.now)),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject_kind", "subject_id", "sequence"), name="event_sequence_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(REFUSE, ALLOW),
        migrations.CreateModel(
            name="RateLimit",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("scope", models.CharField(max_length=40)),
                ("full_at", models.DateTimeField(db_index=True)),
            ],
        ),
        # Counts are worth nothing after a crash, so they need no write-ahead log.
        migrations.RunSQL("ALTER TABLE platform_ratelimit SET UNLOGGED", "ALTER TABLE platform_ratelimit SET LOGGED"),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scope", models.CharField(max_length=40)),
                ("key", models.CharField(max_length=64)),
                ("fingerprint", models.CharField(blank=True, max_length=64)),
                ("result", models.JSONField(null=True)),
                ("created", models.DateTimeField(db_index=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("scope", "key"), name="idempotency_key_once")],
            },
        ),
    ]

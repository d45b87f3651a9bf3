from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

import revivatech.platform.clock
import revivatech.platform.ids

REFUSE = """
CREATE FUNCTION repairs_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a certificate is never changed: % of certificate % refused', TG_OP, OLD.id
        USING ERRCODE = 'restrict_violation', HINT = 'Issue the next version.';
END $$;
CREATE TRIGGER certificate_is_final BEFORE UPDATE OR DELETE ON repairs_repaircertificate
    FOR EACH ROW EXECUTE FUNCTION repairs_refuse_rewriting();
"""
ALLOW = """
DROP TRIGGER certificate_is_final ON repairs_repaircertificate;
DROP FUNCTION repairs_refuse_rewriting();
"""


class Migration(migrations.Migration):
    dependencies = [("repairs", "0003_checklists_intake")]

    operations = [
        migrations.CreateModel(
            name="RepairCertificate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveSmallIntegerField()),
                (
                    "token",
                    models.CharField(default=revivatech.platform.ids.new_token, max_length=40, unique=True),
                ),
                ("facts", models.JSONField()),
                ("signature", models.CharField(max_length=100)),
                ("issued_at", models.DateTimeField(default=revivatech.platform.clock.now)),
                ("issued_by", models.CharField(max_length=200)),
                (
                    "repair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="certificates", to="repairs.repair"
                    ),
                ),
            ],
            options={
                "ordering": ["version"],
                "constraints": [
                    models.UniqueConstraint(fields=("repair", "version"), name="certificate_version_once")
                ],
            },
        ),
        migrations.RunSQL(REFUSE, ALLOW),
    ]

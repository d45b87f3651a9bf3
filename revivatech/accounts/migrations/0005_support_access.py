from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_shortcuts")]

    operations = [
        migrations.AddField("membership", "until", models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            "membership", "reason", models.CharField(blank=True, default="", max_length=200), preserve_default=False
        ),
        migrations.AddField("invitation", "until", models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            "invitation", "reason", models.CharField(blank=True, default="", max_length=200), preserve_default=False
        ),
        migrations.AddIndex(
            "membership", models.Index(fields=["until"], name="membership_ends", condition=Q(until__isnull=False))
        ),
    ]

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_roles_offered_and_cache")]

    operations = [
        migrations.AddField("user", "removed_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddConstraint(
            "user",
            models.CheckConstraint(condition=Q(removed_at=None) | Q(is_active=False), name="user_removed_is_out"),
        ),
    ]

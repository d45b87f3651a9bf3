import django.contrib.postgres.fields
from django.db import migrations, models

# Django's database cache (the layout `createcachetable` makes). Counts of tries must hold over all processes, and are
# worth nothing after a crash, so the table needs no write-ahead log.
CACHE = """
CREATE UNLOGGED TABLE accounts_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX accounts_cache_expires ON accounts_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="role",
            name="offered",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=60), default=list, size=None
            ),
        ),
        migrations.RunSQL(CACHE, "DROP TABLE accounts_cache"),
    ]

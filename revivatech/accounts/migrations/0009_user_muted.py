from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_language_of_invitation")]

    operations = [migrations.AddField("user", "muted", ArrayField(models.CharField(max_length=60), default=list))]

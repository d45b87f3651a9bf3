from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_named")]

    operations = [migrations.AddField("message", "to_staff", models.BooleanField(default=False))]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_people_who_left")]

    operations = [migrations.AddField("user", "shortcuts", models.BooleanField(default=True))]

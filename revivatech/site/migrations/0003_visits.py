from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("site", "0002_changes")]

    operations = [
        migrations.CreateModel(
            name="Visits",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("name", models.CharField(max_length=200)),
                ("count", models.PositiveBigIntegerField()),
            ],
            options={"ordering": ["-day", "name"]},
        ),
        migrations.AddConstraint(
            model_name="visits",
            constraint=models.UniqueConstraint(fields=("day", "name"), name="visits_once_a_day"),
        ),
    ]

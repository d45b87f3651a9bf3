from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0004_imports")]
    operations = [
        migrations.AddField(
            model_name="catalogueload",
            name="words_version",
            field=models.PositiveIntegerField(default=0),
            preserve_default=False,
        )
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0003_the_shops_face")]

    operations = [
        migrations.AddField(
            model_name="business", name="banner_link", field=models.CharField(blank=True, max_length=200)
        ),
        migrations.AddField(
            model_name="business", name="banner_from", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(model_name="business", name="menu", field=models.JSONField(blank=True, default=list)),
    ]

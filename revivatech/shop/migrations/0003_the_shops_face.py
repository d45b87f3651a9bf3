from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("shop", "0002_gives_repair_form"),
    ]

    operations = [
        migrations.AddField(model_name="business", name="brand_soft", field=models.CharField(blank=True, max_length=7)),
        migrations.AddField(
            model_name="business", name="brand_strong", field=models.CharField(blank=True, max_length=7)
        ),
        migrations.AddField(
            model_name="business", name="brand_action", field=models.CharField(blank=True, max_length=7)
        ),
        migrations.AddField(model_name="business", name="logo", field=models.CharField(blank=True, max_length=60)),
        migrations.AddField(model_name="business", name="banner", field=models.CharField(blank=True, max_length=200)),
        migrations.AddField(
            model_name="business", name="banner_until", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(model_name="business", name="links", field=models.JSONField(blank=True, default=list)),
    ]

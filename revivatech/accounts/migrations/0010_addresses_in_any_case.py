
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_user_muted'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='user',
            name='user_email_once',
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Upper('email'), name='user_email_once'),
        ),
    ]

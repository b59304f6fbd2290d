from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='report',
            name='missing',
            field=models.CharField(blank=True, default='', max_length=100, verbose_name='没有字形的字'),
            preserve_default=False,
        ),
    ]

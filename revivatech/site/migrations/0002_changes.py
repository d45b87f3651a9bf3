"""What tells kept pages that they are old: a row for each statement that altered a table they show (site/changes.py)."""

from django.db import migrations

TABLES = (
    "catalogue_brand",
    "catalogue_family",
    "catalogue_devicemodel",
    "catalogue_deviceidentifier",
    "catalogue_service",
    "catalogue_pricerule",
    "shop_business",
    "shop_location",
    "shop_openinghours",
    "shop_closure",
    "shop_dailycap",
    "site_text",
    "site_textversion",
    "repairs_rightstext",
    "repairs_lawchoice",
)

# Rows and no counter: a counter's row would be locked until each of these transactions ends, and they would wait for one another.
START = """
CREATE TABLE site_change (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
CREATE FUNCTION site_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO site_change DEFAULT VALUES;
  RETURN NULL;
END $$;
""" + "".join(
    f"CREATE TRIGGER site_note_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION site_note_change();\n"
    for table in TABLES
)
END = "DROP FUNCTION site_note_change() CASCADE; DROP TABLE site_change;"


class Migration(migrations.Migration):
    dependencies = [
        ("site", "0001_contact_and_texts"),
        ("catalogue", "0006_service_name_once"),
        ("shop", "0003_the_shops_face"),
        ("repairs", "0010_place_in_queue"),
    ]
    operations = [migrations.RunSQL(START, END)]

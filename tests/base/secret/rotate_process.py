"""A process that rotates the tests' table, to be killed at any instant: `python -m … fields|index`."""

import os
import sys

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongjia.config.settings")
settings.INSTALLED_APPS = []  # starts ten times sooner; the one table is enough here
django.setup()

from gongjia.base.secret import keys, rotation  # noqa: E402
from tests.base.secret import holder  # noqa: E402

keys.REFRESH = float(sys.argv[2])
rotation.sealed_columns = holder.columns
rotation.index_columns = holder.indexes
print("ready", flush=True)
{"fields": rotation.run_fields, "index": rotation.run_index}[sys.argv[1]](chunk=5)

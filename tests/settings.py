"""The project's settings in a data folder of this test process's own."""

import atexit
import os
import shutil
import tempfile

KEPT = ("TORC_DATABASE_URL",)  # chooses the database that the rows of the tests live in

for name in [name for name in os.environ if name.startswith("TORC_") and name not in KEPT]:
    del os.environ[name]
_folder = tempfile.mkdtemp(prefix="torc-test-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["TORC_DATA_DIR"] = _folder
os.environ["TORC_SECRET_KEY"] = "a key that only tests sign with, long enough"

from torc_site.settings import *  # noqa: F403
from torc_site.settings import DATABASES

if DATABASES["default"]["ENGINE"].endswith("sqlite"):
    # A file, because threads of one test share rows as the server's processes do.
    DATABASES["default"]["TEST"] = {"NAME": f"{_folder}/test.sqlite3"}
DATABASES["default"]["CONN_MAX_AGE"] = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

"""`python -m torc_cli` is `torc`."""

import sys

from torc_cli.entry import main

sys.exit(main())

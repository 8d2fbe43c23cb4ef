#!/usr/bin/env python3
"""Django's command line."""

import sys

from torc_site.manage import main

if __name__ == "__main__":
    main(sys.argv)

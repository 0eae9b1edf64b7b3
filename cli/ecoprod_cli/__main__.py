"""`python -m ecoprod_cli` is the `ecoprod` command."""

import sys

from ecoprod_cli.main import main

sys.exit(main())

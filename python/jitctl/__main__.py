"""``python -m jitctl``, and the script ``jitctl`` that pip installs."""

import sys

from ._cli import main

if __name__ == "__main__":
    sys.exit(main())

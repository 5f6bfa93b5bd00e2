"""Benchmarks: ``python benchmarks run``, ``python benchmarks report``, ``python benchmarks compare OLD NEW``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from harness.command import main

sys.exit(main())

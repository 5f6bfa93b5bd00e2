"""Chooses which functions of one program to hint. Arguments: name, folder with pyperformance's. Prints JSON."""

import json
import sys

from choose import choose

print(json.dumps(choose(*sys.argv[1:])))

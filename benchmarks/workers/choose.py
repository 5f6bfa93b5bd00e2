"""Chooses which functions of one program to hint, with benchmarks/native/choose.py. Arguments: name, folder. Prints
JSON.
"""

import json
import sys

from _worker import NATIVE


def main(name, data):
    sys.path.insert(0, str(NATIVE))
    from choose import choose

    print(json.dumps(choose(name, data)))


if __name__ == "__main__":
    main(*sys.argv[1:])

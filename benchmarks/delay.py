"""What `jitctl run` adds to the start of a program, with a file of 100 rules for modules that it does not load.

    python benchmarks/delay.py [ROUNDS]

A program that prints one word, alone and under `jitctl run`, in turn; processor time of the processes, medians. jitctl
must be installed in the interpreter that runs this, with its files compiled, as pip leaves it.
"""

import sys
import tempfile
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

from clean_environment import clean_environment

from jitctl._tune.programs import run

RULE = '[[rule]]\nmatch = "shop.module{0}:Class{0}.*"\nhint = "focus"\n'


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as folder:
        program, rules = Path(folder, "program.py"), Path(folder, "jitctl.toml")
        program.write_text("print('ready')\n", encoding="utf-8")
        rules.write_text("".join(map(RULE.format, range(100))), encoding="utf-8")
        under = ["-m", "jitctl", "run", "-q", "--hints", str(rules)]
        ways = {"alone": [], "jitctl run": under}
        seconds = {way: [] for way in ways}
        environment = clean_environment(keep=("PYTHONPATH",))
        for _ in range(rounds):
            for way, words in ways.items():
                seconds[way].append(run([sys.executable, *words, str(program)], environment).cpu_seconds)
    alone, with_rules = (1000 * median(found) for found in seconds.values())
    more = f"{with_rules - alone:.1f} ms more"
    print(f"{sys.version.split()[0]}: alone {alone:.1f} ms, under jitctl run {with_rules:.1f} ms: {more}")


if __name__ == "__main__":
    main()

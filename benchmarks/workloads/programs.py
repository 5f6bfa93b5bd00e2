"""The programs: pyperformance's pure-Python benchmarks, fetched by pip into a private folder, never kept here."""

import subprocess
import sys
from pathlib import Path

#: name of the benchmark -> (folder in pyperformance, arguments of its command line)
PROGRAMS = {
    "richards": ("bm_richards", []),
    "deltablue": ("bm_deltablue", []),
    "nbody": ("bm_nbody", []),
    "raytrace": ("bm_raytrace", []),
    "go": ("bm_go", []),
    "chaos": ("bm_chaos", []),
    "hexiom": ("bm_hexiom", []),
    "pyflate": ("bm_pyflate", []),
    "mdp": ("bm_mdp", []),
    "float": ("bm_float", []),
    "spectral_norm": ("bm_spectral_norm", []),
    "fannkuch": ("bm_fannkuch", []),
    "nqueens": ("bm_nqueens", []),
    "deepcopy": ("bm_deepcopy", []),
    "pickle_pure_python": ("bm_pickle", ["--pure-python", "pickle"]),
    "unpack_sequence": ("bm_unpack_sequence", []),
    "scimark_sor": ("bm_scimark", ["sor"]),
    "scimark_sparse_mat_mult": ("bm_scimark", ["sparse_mat_mult"]),
    "scimark_monte_carlo": ("bm_scimark", ["monte_carlo"]),
    "scimark_lu": ("bm_scimark", ["lu"]),
    "scimark_fft": ("bm_scimark", ["fft"]),
}


def folder(packages):
    """Return the folder with the benchmarks; install pyperformance into `packages` where it is not there."""
    data = Path(packages) / "pyperformance" / "data-files" / "benchmarks"
    if not data.is_dir():
        # An interpreter without a pip of its own is no obstacle: nothing here depends on who installs.
        pips = [[sys.executable, "-m", "pip"], ["pip"], ["pip3"]]
        command = ["install", "--quiet", "--no-deps", "--target", str(packages), "pyperformance"]
        for pip in pips:
            try:
                if not subprocess.run([*pip, *command], capture_output=True).returncode:
                    break
            except FileNotFoundError:
                continue
        if not data.is_dir():
            raise SystemExit(f"pip could not install pyperformance into {packages}; next: install it there yourself")
    return data


def available(names=()):
    """Return the programs to run, in order: all, or those named."""
    wrong = [name for name in names if name not in PROGRAMS]
    if wrong:
        raise SystemExit(f"no program {', '.join(wrong)}; there are {', '.join(PROGRAMS)}")
    return [name for name in PROGRAMS if not names or name in names]

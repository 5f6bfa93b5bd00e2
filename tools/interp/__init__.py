"""Parts of tools/interpreters.py: one concern to a file, standard library only, Python 3.8 and newer."""

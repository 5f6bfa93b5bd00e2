"""Parts of tools/test_all.py: running the sessions and counting what they did."""

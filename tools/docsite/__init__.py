"""Parts of the documentation site that are made from the package when the site is built: docs/conf.py asks for them."""

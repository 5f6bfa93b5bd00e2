"""The process as a whole: what the JIT has done in it, and hints taken back or switched off while it runs."""

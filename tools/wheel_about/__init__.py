"""What a wheel says about the Rust crates inside it: a bill of materials and their licences. `setup.py` asks for it."""

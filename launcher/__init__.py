"""The launcher: what `./cx` does, with nothing but the standard library."""

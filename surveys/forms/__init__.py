"""Forms of the gallery, the builder and the share page."""

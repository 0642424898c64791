"""Web links."""

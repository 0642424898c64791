"""Screens of channels, the simulator, and what providers post to us."""

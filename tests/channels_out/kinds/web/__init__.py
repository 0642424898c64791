"""Tests of the web kind."""

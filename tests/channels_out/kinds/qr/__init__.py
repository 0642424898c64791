"""Tests of the qr kind."""

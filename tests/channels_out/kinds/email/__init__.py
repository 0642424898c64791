"""Tests of the email kind."""

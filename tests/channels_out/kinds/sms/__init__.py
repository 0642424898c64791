"""Tests of the sms kind."""

"""Tests of the pure text-message leaves."""

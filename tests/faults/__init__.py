"""Fault runs: real processes are killed at their work, and what was lost is counted."""

"""Benchmarks: ratios measured side by side in one run, never absolute numbers to gate on."""

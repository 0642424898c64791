"""Geometry of the charts: numbers and ready-made words in, shapes out; one file per chart."""

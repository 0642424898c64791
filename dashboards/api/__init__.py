"""The dashboards app for programs."""

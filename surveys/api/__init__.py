"""The surveys app for programs."""

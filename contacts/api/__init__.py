"""The contacts app for programs."""

"""The journeys app for programs."""

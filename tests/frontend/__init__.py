"""Tests of the design system: lint of styles and templates, components, behaviour in a browser."""

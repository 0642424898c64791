"""Closing the loop."""

from cases.models.case import Case, CaseEvent

__all__ = ["Case", "CaseEvent"]

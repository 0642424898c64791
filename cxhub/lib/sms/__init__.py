"""What a text message costs, what it is asked to do, and what score it gives."""

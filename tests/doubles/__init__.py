"""Providers that answer over real sockets and write down what they were given."""

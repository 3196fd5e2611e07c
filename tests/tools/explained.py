"""Errors for people."""


class Explained(Exception):
    """Its text says what is wrong and what to do about it: a program prints it and ends, without a traceback."""

"""Measurements of the product against plain ways of doing the same, in one interleaved run."""

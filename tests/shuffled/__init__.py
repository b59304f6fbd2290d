"""A PostgreSQL backend for tests that shuffles the rows of every query without an order.

PostgreSQL returns them as it likes, in practice almost always as they were inserted, so a list
page that forgot its order passes its tests and disappoints a user.
"""

"""Trial and tests: embedded PostgreSQL and Valkey, and the supervisor that runs the whole product.

Production uses none of this: it sets ``DATABASE_URL`` and ``REDIS_URL``.
"""

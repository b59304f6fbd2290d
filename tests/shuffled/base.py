from django.db.backends.postgresql import operations

from config.postgresql import base


class DatabaseOperations(operations.DatabaseOperations):
    compiler_module = "tests.shuffled.compiler"


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations

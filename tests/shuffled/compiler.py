from django.db.models.functions import Random
from django.db.models.sql import compiler


SQLAggregateCompiler = compiler.SQLAggregateCompiler
SQLDeleteCompiler = compiler.SQLDeleteCompiler
SQLInsertCompiler = compiler.SQLInsertCompiler
SQLUpdateCompiler = compiler.SQLUpdateCompiler


class SQLCompiler(compiler.SQLCompiler):
    def get_order_by(self):
        """The query's own order; where it has none, a random one.

        Left alone: subqueries and bare aggregates, whose order nobody sees; DISTINCT and UNION,
        which take only selected columns as an order; GROUP BY, which would group by the number.
        """
        order, query = super().get_order_by(), self.query
        rows_are_seen = not query.subquery and bool(query.default_cols or query.select)
        special = query.distinct or query.combinator or query.group_by is not None
        if order or special or not rows_are_seen:
            return order
        shuffle = Random().resolve_expression(query).asc()
        return [(shuffle, (*self.compile(shuffle), False))]

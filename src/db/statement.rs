//! Hand-written SQL whose prepared form is kept.
//!
//! `diesel::sql_query` is prepared anew for each execution. On the path of every command that doubles the cost, so statements
//! over arrays (`unnest`), whose text never changes, are written with this instead.

use diesel::QueryResult;
use diesel::expression::AsExpression;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{SingleValue, SqlType, Untyped};

/// A statement with `?` for each bound value, in order.
pub(crate) struct Statement<'a> {
    parts: std::str::Split<'static, char>,
    binds: Vec<Box<dyn QueryFragment<Pg> + Send + 'a>>,
}

/// Begins a statement. Each `?` in `sql` stands for a bound value.
pub(crate) fn statement<'a>(sql: &'static str) -> Statement<'a> {
    Statement {
        parts: sql.split('?'),
        binds: Vec::new(),
    }
}

impl<'a> Statement<'a> {
    /// Binds the next value as the SQL type `ST`.
    pub(crate) fn bind<ST, V>(mut self, value: V) -> Self
    where
        ST: SqlType + SingleValue,
        V: AsExpression<ST>,
        V::Expression: QueryFragment<Pg> + Send + 'a,
    {
        self.binds.push(Box::new(value.as_expression()));
        self
    }
}

impl QueryFragment<Pg> for Statement<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        debug_assert_eq!(self.parts.clone().count(), self.binds.len() + 1, "one value for each ?");
        let mut binds = self.binds.iter();
        for (index, part) in self.parts.clone().enumerate() {
            if index > 0
                && let Some(bind) = binds.next()
            {
                bind.walk_ast(out.reborrow())?;
            }
            out.push_sql(part);
        }
        Ok(())
    }
}

impl QueryId for Statement<'_> {
    type QueryId = ();
    /// The text is the identity: it is what the cache of prepared statements is keyed by.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Statement<'_> {
    type SqlType = Untyped;
}

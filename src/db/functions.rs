//! Functions of the database that queries call.

use diesel::sql_types::Text;

diesel::define_sql_function! {
    /// A text without accents, in lower case.
    fn balcao_fold(written: Text) -> Text;
}

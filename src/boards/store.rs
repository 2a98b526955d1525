//! tmp
use super::{Board, command::Command, decide::Facts, state::State};
use crate::db::{Connection, TenantId};
use crate::live::Changes;
use uuid::Uuid;
pub(crate) fn needs_facts(_: &Command) -> bool {
    false
}
pub(crate) async fn facts(_: &[&Command], _: &mut Connection) -> diesel::QueryResult<Facts> {
    todo!()
}
pub(crate) async fn load(_: TenantId, _: Uuid, _: &mut Connection) -> diesel::QueryResult<Option<State>> {
    todo!()
}
pub(crate) async fn project(_: &[Changes<'_, Board>], _: &mut Connection) -> diesel::QueryResult<()> {
    todo!()
}

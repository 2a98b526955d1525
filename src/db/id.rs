//! Identifiers: one type for each kind of thing, so that a stage's id cannot be handed over as a lead's.

/// Defines newtypes over UUIDv7 that go through serde, Diesel and OpenAPI as plain UUIDs.
macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord,
            serde::Serialize, serde::Deserialize,
            diesel::expression::AsExpression, diesel::deserialize::FromSqlRow, utoipa::ToSchema,
        )]
        #[serde(transparent)]
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        #[schema(value_type = uuid::Uuid)]
        pub struct $name(pub(crate) uuid::Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl diesel::deserialize::FromSql<diesel::sql_types::Uuid, diesel::pg::Pg> for $name {
            fn from_sql(bytes: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
                <uuid::Uuid as diesel::deserialize::FromSql<diesel::sql_types::Uuid, diesel::pg::Pg>>::from_sql(bytes)
                    .map($name)
            }
        }

        impl diesel::serialize::ToSql<diesel::sql_types::Uuid, diesel::pg::Pg> for $name {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>,
            ) -> diesel::serialize::Result {
                <uuid::Uuid as diesel::serialize::ToSql<diesel::sql_types::Uuid, diesel::pg::Pg>>::to_sql(&self.0, out)
            }
        }
    )+};
}

id! {
    /// A company that uses the installation.
    TenantId,
    /// A person who signs in.
    UserId,
    /// One login of a user, from sign-in to sign-out.
    SessionId,
    BoardId,
    StageId,
    LeadId,
    CompanyId,
    ContactId,
    RoomId,
    MessageId,
    AttachmentId,
    NotificationId,
    /// What the bot does, as people draw it.
    FlowId,
    /// A flow as it was published once.
    FlowVersionId,
    ChannelId,
    QueueId,
    /// Who a contact is on a channel.
    IdentityId,
    ConversationId,
    TransferId,
    ProductId,
    OrderId,
    /// A file of contacts that is read, and the job that reads it.
    ImportId,
}

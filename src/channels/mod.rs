//! The ways by which customers come: a channel is of a kind, and has a name and settings.
//!
//! A conversation is the same whatever its channel. A kind of channel brings two things. *Inbound*, it finds or makes who somebody is
//! on it ([`contact_identities`](crate::db::schema::contact_identities)) and their conversation, and sends the conversation
//! `send_message` as that customer, under a command id that follows from the provider's own id of the message, so that what
//! arrives twice counts once. *Outbound*, [`ChannelKind::first_delivery`] says how far a message is when it has been committed: the visitors
//! of our own widget get it over their socket, so it is `sent`; where a provider brings it, it is `queued`, the conversation
//! writes a job beside it, and the outcome comes back as `message_status`.

mod input;
pub(crate) mod routes;
mod store;
mod view;

use crate::conversations::Delivery;
use crate::db::text_enum::text_enum;
pub(crate) use store::{OpenChannel, by_key, create_webchat, flow_of, open_channel};

text_enum! {
    /// What kind of channel.
    ChannelKind {
        /// Our own widget on somebody's page.
        Webchat = "webchat",
    }
}

text_enum! {
    /// Whether customers can come by it.
    ChannelStatus {
        Active = "active",
        Paused = "paused",
    }
}

impl ChannelKind {
    /// How far a message is when it has been committed.
    pub(crate) fn first_delivery(self) -> Delivery {
        match self {
            ChannelKind::Webchat => Delivery::Sent,
        }
    }
}

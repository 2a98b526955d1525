//! The wire: what clients send and what they get. JSON text, as the contract has it; nothing here knows sockets.

use std::sync::Arc;

use bytestring::ByteString;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use super::audience::Audience;
use super::entity::Topic;
use super::feed::{Channel, Feed};
use super::presence::Present;
use crate::auth::Principal;
use crate::db::UserId;
use crate::error::{Code, Error, FieldError};

/// What identifies a request on its socket; comes back as it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum FrameId {
    Number(serde_json::Number),
    Text(String),
}

/// What a client asks.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub(crate) enum Op {
    Subscribe {
        topic: String,
        #[serde(default)]
        since: Option<i64>,
        #[serde(default)]
        epoch: Option<String>,
    },
    Unsubscribe {
        topic: String,
    },
    Command {
        topic: String,
        name: String,
        #[serde(default)]
        command_id: Option<Uuid>,
        #[serde(default)]
        data: Value,
    },
    Signal {
        topic: String,
        name: String,
        #[serde(default)]
        data: Value,
    },
    Ping,
    Auth {
        token: String,
    },
}

/// Reads a frame: its id, where it has a usable one, and what it asks.
///
/// # Errors
/// What is wrong with it, for the `malformed_frame` answer.
pub(crate) fn read(text: &str) -> (Option<FrameId>, Result<Op, String>) {
    let mut frame: Value = match serde_json::from_str(text) {
        Ok(frame) => frame,
        Err(error) => return (None, Err(format!("not JSON: {error}"))),
    };
    let Some(fields) = frame.as_object_mut() else {
        return (None, Err("a frame is a JSON object".to_owned()));
    };
    let id = match fields.remove("id") {
        None | Some(Value::Null) => None,
        Some(id) => match serde_json::from_value(id) {
            Ok(id) => Some(id),
            Err(_) => return (None, Err("id is a number or a string".to_owned())),
        },
    };
    (id, serde_json::from_value(frame).map_err(|error| error.to_string()))
}

/// Splits `board:<id>`; nothing, where it is not of this form.
pub(crate) fn split_topic(topic: &str) -> Option<(&str, Uuid)> {
    let (kind, id) = topic.split_once(':')?;
    // One spelling of an id: what comes back as `topic` is what was sent.
    let id = Uuid::try_parse(id).ok().filter(|parsed| parsed.to_string() == id)?;
    Some((kind, id))
}

/// An event, encoded once for everyone who is shown it, and once more for those who are not.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Frame {
    pub(crate) seq: i64,
    text: ByteString,
    /// Where not everyone is treated alike.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    limited: Option<Arc<Limited>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Limited {
    audience: Audience,
    hidden: ByteString,
}

impl Frame {
    /// Encodes an event.
    pub(crate) fn of(event: &EventFrame<'_>, audience: Option<&Audience>) -> Self {
        let limited = audience.filter(|audience| !audience.is_everyone()).map(|audience| {
            let hidden = text(&Hidden {
                topic: event.topic,
                seq: event.seq,
                kind: "hidden",
                gone: &audience.gone,
            });
            Arc::new(Limited {
                audience: audience.clone(),
                hidden,
            })
        });
        Self {
            seq: event.seq,
            text: text(event),
            limited,
        }
    }

    /// The event as this person is shown it.
    pub(crate) fn text_for(&self, who: &Principal) -> &ByteString {
        match &self.limited {
            Some(limited) if !limited.audience.includes(who) => &limited.hidden,
            Some(_) | None => &self.text,
        }
    }

    /// Whether this user loses the topic by the event.
    pub(crate) fn withdraws(&self, who: UserId) -> bool {
        self.limited
            .as_ref()
            .is_some_and(|limited| limited.audience.withdrawn.contains(&who))
    }
}

/// The author of an event as clients see it.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct By<'a> {
    pub(crate) id: Uuid,
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub(crate) name: std::borrow::Cow<'a, str>,
}

/// An event as it goes over the wire.
#[derive(Serialize, ToSchema)]
pub(crate) struct EventFrame<'a> {
    #[serde(serialize_with = "as_text")]
    #[schema(value_type = String)]
    pub(crate) topic: Topic,
    pub(crate) seq: i64,
    #[serde(rename = "type")]
    pub(crate) kind: &'a str,
    pub(crate) at: DateTime<Utc>,
    pub(crate) by: &'a By<'a>,
    #[schema(value_type = Value)]
    pub(crate) data: &'a RawValue,
    /// The event that this one takes back, where it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) undoes_seq: Option<i64>,
}

/// An event to those who may not see it.
#[derive(Serialize)]
struct Hidden<'a> {
    #[serde(serialize_with = "as_text")]
    topic: Topic,
    seq: i64,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    gone: &'a [Uuid],
}

fn as_text<S: serde::Serializer>(topic: &Topic, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(topic)
}

#[derive(Serialize)]
struct Answer<'a> {
    re: &'a Option<FrameId>,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a RawValue>,
}

/// `{"re":5,"ok":true}`: done, and there is nothing to tell.
pub(crate) fn done(re: &Option<FrameId>) -> ByteString {
    text(&Answer {
        re,
        ok: true,
        seq: None,
        data: None,
    })
}

/// A command that took effect.
pub(crate) fn committed(re: &Option<FrameId>, seq: i64, data: &RawValue) -> ByteString {
    text(&Answer {
        re,
        ok: true,
        seq: Some(seq),
        data: Some(data),
    })
}

#[derive(Serialize)]
struct Refused<'a> {
    re: &'a Option<FrameId>,
    ok: bool,
    error: Problem<'a>,
}

#[derive(Serialize)]
struct Problem<'a> {
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_ms: Option<u64>,
}

/// Something that was asked did not happen.
pub(crate) fn refused(re: &Option<FrameId>, error: &Error) -> ByteString {
    let retry_after_ms = error.retry_after.and_then(|wait| u64::try_from(wait.as_millis()).ok());
    let error = Problem {
        code: error.code.as_str(),
        message: &error.detail,
        errors: &error.fields,
        retry_after_ms: retry_after_ms.map(|wait| wait.max(1)),
    };
    text(&Refused { re, ok: false, error })
}

/// A frame that cannot be read.
pub(crate) fn malformed(re: &Option<FrameId>, why: String) -> ByteString {
    refused(re, &Error::new(Code::MalformedFrame, why))
}

#[derive(Serialize)]
struct Subscribed<'a> {
    re: &'a Option<FrameId>,
    ok: bool,
    topic: String,
    epoch: Uuid,
    seq: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    snapshot: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    events: Option<Vec<&'a RawValue>>,
    present: &'a [Present],
}

/// What a subscriber starts from.
pub(crate) enum Start<'a> {
    Snapshot(&'a RawValue),
    /// Every event after the number the client had, as this person is shown them.
    Events(&'a [Frame], &'a Principal),
}

/// Subscribed: the state as of `seq`, or all that was missed up to it; and who else is there.
pub(crate) fn subscribed(
    re: &Option<FrameId>,
    topic: Topic,
    epoch: Uuid,
    seq: i64,
    start: &Start<'_>,
    present: &[Present],
) -> ByteString {
    let (snapshot, events) = match start {
        Start::Snapshot(snapshot) => (Some(*snapshot), None),
        Start::Events(frames, who) => {
            // Our own frames are JSON; one that were not would leave a gap that the client's numbering shows.
            let events = frames
                .iter()
                .filter_map(|frame| serde_json::from_str(frame.text_for(who)).ok())
                .collect();
            (None, Some(events))
        }
    };
    text(&Subscribed {
        re,
        ok: true,
        topic: topic.to_string(),
        epoch,
        seq,
        snapshot,
        events,
        present,
    })
}

/// The top number of each subscribed topic.
pub(crate) fn beat<'a>(topics: impl Iterator<Item = (&'a Topic, i64)>) -> ByteString {
    let numbers: serde_json::Map<_, _> = topics.map(|(topic, seq)| (topic.to_string(), seq.into())).collect();
    text(&serde_json::json!({ "beat": numbers }))
}

#[derive(Serialize)]
struct FeedFollowed<'a> {
    re: &'a Option<FrameId>,
    ok: bool,
    topic: Feed,
    /// Who is online stands here as well as in the snapshot.
    #[serde(skip_serializing_if = "Option::is_none")]
    users: Option<&'a RawValue>,
    snapshot: &'a RawValue,
}

/// Following a feed: what it starts from.
pub(crate) fn feed_followed(re: &Option<FrameId>, feed: Feed, snapshot: &RawValue) -> ByteString {
    #[derive(Deserialize)]
    struct WithUsers<'a> {
        #[serde(borrow)]
        users: Option<&'a RawValue>,
    }
    let users = (feed == Feed::Presence)
        .then(|| serde_json::from_str::<WithUsers<'_>>(snapshot.get()).ok())
        .flatten();
    text(&FeedFollowed {
        re,
        ok: true,
        topic: feed,
        users: users.and_then(|snapshot| snapshot.users),
        snapshot,
    })
}

#[derive(Serialize)]
struct HintFrame<'a, T> {
    topic: Feed,
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    alias: Option<&'a str>,
    at: DateTime<Utc>,
    data: &'a T,
}

/// Something that the followers of a feed may want to know.
pub(crate) fn hint(
    feed: Feed,
    kind: &str,
    alias: Option<&str>,
    at: DateTime<Utc>,
    data: &impl Serialize,
) -> ByteString {
    text(&HintFrame {
        topic: feed,
        kind,
        alias,
        at,
        data,
    })
}

#[derive(Serialize)]
struct Reset {
    topic: Feed,
    #[serde(rename = "type")]
    kind: &'static str,
}

/// Hints may have been missed: what the feed is about is asked for again.
pub(crate) fn reset(feed: Feed) -> ByteString {
    text(&Reset {
        topic: feed,
        kind: "reset",
    })
}

/// A topic ended for this subscriber while the session goes on.
pub(crate) fn unsubscribed(topic: Channel) -> ByteString {
    text(&serde_json::json!({ "topic": topic.to_string(), "unsubscribed": { "code": "access_withdrawn" } }))
}

/// Something fleeting that a subscriber tells the others.
pub(crate) fn signal(topic: Topic, name: &str, by: &By<'_>, data: &Value) -> ByteString {
    text(&serde_json::json!({ "topic": topic.to_string(), "signal": name, "by": by, "data": data }))
}

fn text(frame: &impl Serialize) -> ByteString {
    Box::<str>::from(super::entity::raw(frame)).into_string().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::PrincipalKind;

    #[test]
    fn an_id_comes_back_as_it_was() {
        for id in ["1", "-7", "1.5", "\"abc\"", "\"1\""] {
            let (read_id, op) = read(&format!(r#"{{"id":{id},"op":"ping"}}"#));
            assert_eq!(op, Ok(Op::Ping));
            assert_eq!(&done(&read_id)[..], format!(r#"{{"re":{id},"ok":true}}"#));
        }
    }

    #[test]
    fn what_cannot_be_read_says_why_and_keeps_a_usable_id() {
        for (frame, id) in [
            ("nonsense", None),
            ("[1,2]", None),
            (r#"{"id":{"a":1},"op":"ping"}"#, None),
            (r#"{"id":4}"#, Some(4)),
            (r#"{"id":4,"op":"fly"}"#, Some(4)),
            (r#"{"id":4,"op":"subscribe"}"#, Some(4)),
            (r#"{"id":4,"op":"subscribe","topic":7}"#, Some(4)),
            (
                r#"{"id":4,"op":"command","topic":"board:x","name":"a","command_id":"not a uuid"}"#,
                Some(4),
            ),
        ] {
            let (read_id, op) = read(frame);
            assert!(op.is_err(), "{frame}");
            assert_eq!(read_id, id.map(|id: i32| FrameId::Number(id.into())), "{frame}");
        }
    }

    #[test]
    fn whoever_may_not_see_an_event_gets_its_number_and_what_leaves_their_view() {
        let [ana, bruno, vera] = [1, 2, 3].map(|id| UserId(Uuid::from_u128(id)));
        let topic = Topic {
            tenant: crate::db::TenantId(Uuid::nil()),
            kind: "board",
            id: Uuid::from_u128(7),
        };
        let by = By {
            id: ana.0,
            name: "Ana".into(),
        };
        let event = EventFrame {
            topic,
            seq: 4,
            kind: "lead.updated",
            at: DateTime::UNIX_EPOCH,
            by: &by,
            data: &super::super::entity::raw(&"secret"),
            undoes_seq: None,
        };
        let who = |id: UserId, kind: PrincipalKind| Principal {
            kind,
            id,
            ..Principal::system(topic.tenant)
        };
        let [one, other, customer] = [
            who(ana, PrincipalKind::User),
            who(bruno, PrincipalKind::User),
            who(ana, PrincipalKind::Customer),
        ];
        let audience = Audience {
            staff: true,
            only: Some(vec![ana]),
            gone: vec![Uuid::from_u128(9)],
            withdrawn: vec![vera],
        };
        let frame = Frame::of(&event, Some(&audience));
        assert!(frame.text_for(&one).contains("secret"));
        let hidden: Value = serde_json::from_str(frame.text_for(&other)).unwrap();
        assert_eq!(frame.text_for(&customer), frame.text_for(&other));
        let gone = Uuid::from_u128(9);
        assert_eq!(
            hidden,
            serde_json::json!({ "topic": topic.to_string(), "seq": 4, "type": "hidden", "gone": [gone] })
        );
        assert!(frame.withdraws(vera) && !frame.withdraws(bruno));
        assert!(Frame::of(&event, None).text_for(&other).contains("secret"));
    }

    #[test]
    fn a_topic_has_one_spelling() {
        let id = Uuid::from_u128(7);
        assert_eq!(split_topic(&format!("board:{id}")), Some(("board", id)));
        assert_eq!(split_topic(&format!("board:{}", id.simple())), None);
        assert_eq!(split_topic(&format!("board:{{{id}}}")), None);
        assert_eq!(split_topic("board"), None);
    }
}

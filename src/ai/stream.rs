//! An answer as it comes: events of a stream, a line each, in pieces that end anywhere.

use serde::Deserialize;

/// The longest answer that is taken, in bytes.
const MAX_ANSWER: usize = 16 * 1024;
/// About how many bytes a token has, where the endpoint does not tell how many there were.
const BYTES_PER_TOKEN: usize = 4;

/// What has come so far.
#[derive(Default)]
pub(super) struct Stream {
    /// A line that has not ended yet.
    rest: Vec<u8>,
    text: String,
    tokens: Option<i64>,
}

#[derive(Deserialize)]
struct Chunk {
    #[serde(default)]
    choices: Vec<Choice>,
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    delta: Delta,
}

#[derive(Default, Deserialize)]
struct Delta {
    content: Option<String>,
}

#[derive(Deserialize)]
struct Usage {
    total_tokens: i64,
}

impl Stream {
    /// Takes a piece; whether the answer is whole.
    pub(super) fn push(&mut self, piece: &[u8]) -> bool {
        self.rest.extend_from_slice(piece);
        while let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.rest.drain(..=end).collect();
            if self.line(String::from_utf8_lossy(&line).trim()) {
                return true;
            }
        }
        self.rest.len() > MAX_ANSWER
    }

    /// Whether this is the last line that matters.
    fn line(&mut self, line: &str) -> bool {
        let Some(data) = line.strip_prefix("data:").map(str::trim) else {
            return false;
        };
        if data == "[DONE]" {
            return true;
        }
        // What is no chunk is a remark of the endpoint.
        if let Ok(chunk) = serde_json::from_str::<Chunk>(data) {
            for choice in chunk.choices {
                self.text.push_str(choice.delta.content.as_deref().unwrap_or_default());
            }
            self.tokens = chunk.usage.map(|usage| usage.total_tokens).or(self.tokens);
        }
        self.text.len() > MAX_ANSWER
    }

    /// The answer, and how many tokens it has cost.
    pub(super) fn finish(self) -> (String, i64) {
        let guess = i64::try_from(self.text.len() / BYTES_PER_TOKEN).unwrap_or(i64::MAX);
        let mut text = self.text.trim().to_owned();
        if text.chars().count() > 4_096 {
            text = text.chars().take(4_096).collect();
        }
        (text, self.tokens.unwrap_or(guess).max(1))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ANSWER: &str = concat!(
        ": hello\n\n",
        "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\r\n\r\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"Olá, \"}}]}\n\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"Maria — tudo bem?\"},\"finish_reason\":\"stop\"}]}\n\n",
        "data: nonsense\n",
        "data: {\"choices\":[],\"usage\":{\"total_tokens\":42}}\n\n",
        "data: [DONE]\n\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"mais\"}}]}\n",
    );

    proptest! {
        #[test]
        fn an_answer_is_the_same_wherever_its_pieces_end(cuts in prop::collection::vec(1..40_usize, 0..40)) {
            let mut stream = Stream::default();
            let (mut rest, mut is_whole) = (ANSWER.as_bytes(), false);
            for cut in cuts.into_iter().chain([ANSWER.len()]) {
                let (piece, after) = rest.split_at(cut.min(rest.len()));
                rest = after;
                if stream.push(piece) {
                    is_whole = true;
                    break;
                }
            }
            prop_assert!(is_whole);
            prop_assert_eq!(stream.finish(), ("Olá, Maria — tudo bem?".to_owned(), 42));
        }
    }

    #[test]
    fn an_answer_without_end_is_cut_off() {
        let mut stream = Stream::default();
        assert!(stream.push(&vec![b'x'; MAX_ANSWER + 1]));
        let mut stream = Stream::default();
        let line = format!(
            "data: {{\"choices\":[{{\"delta\":{{\"content\":\"{}\"}}}}]}}\n",
            "a".repeat(1_000)
        );
        assert!((0..100).any(|_| stream.push(line.as_bytes())));
    }
}

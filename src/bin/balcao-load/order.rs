//! Whether a subscriber saw every event of its topic, once and in order.

/// The numbers as they came.
#[derive(Debug, Default)]
pub(crate) struct Order {
    /// Up to which number everything is known; nothing before the first answer.
    last: Option<i64>,
    violations: Vec<String>,
}

impl Order {
    pub(crate) fn last(&self) -> Option<i64> {
        self.last
    }

    /// A snapshot stands for everything up to its number; it must not lead back.
    pub(crate) fn start_at(&mut self, seq: i64) {
        if let Some(last) = self.last.filter(|last| *last > seq) {
            self.violations.push(format!("a snapshot of {seq} came after {last}"));
        }
        self.last = Some(seq);
    }

    /// An event came.
    pub(crate) fn see(&mut self, seq: i64) {
        match self.last {
            Some(last) if seq == last + 1 => {}
            Some(last) => self.violations.push(format!("{seq} came after {last}")),
            None => self.violations.push(format!("{seq} came before any snapshot")),
        }
        self.last = Some(self.last.map_or(seq, |last| last.max(seq)));
    }

    /// All events up to a number are said to have come.
    pub(crate) fn expect(&mut self, seq: i64) {
        if self.last.is_none_or(|last| last < seq) {
            let last = self.last.map_or("nothing".to_owned(), |last| last.to_string());
            self.violations.push(format!("{seq} never came; the last was {last}"));
        }
    }

    pub(crate) fn into_violations(self) -> Vec<String> {
        self.violations
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(start: i64, numbers: &[i64], expected: i64) -> Vec<String> {
        let mut order = Order::default();
        order.start_at(start);
        for number in numbers {
            order.see(*number);
        }
        order.expect(expected);
        order.into_violations()
    }

    #[test]
    fn whole_and_in_order_is_well() {
        assert!(seen(41, &[42, 43, 44], 44).is_empty());
        assert!(seen(41, &[42, 43, 44], 43).is_empty(), "more than is asked for");
        assert!(seen(41, &[], 41).is_empty());
    }

    #[test]
    fn a_gap_a_repeat_a_swap_and_a_missing_end_are_each_found() {
        assert_eq!(seen(41, &[42, 44], 44), ["44 came after 42"]);
        assert_eq!(seen(41, &[42, 42, 43], 43), ["42 came after 42"]);
        assert_eq!(seen(41, &[43, 42, 44], 44), ["43 came after 41", "42 came after 43"]);
        assert_eq!(seen(41, &[42], 43), ["43 never came; the last was 42"]);
    }

    #[test]
    fn a_snapshot_leads_on_and_never_back() {
        let mut order = Order::default();
        order.start_at(5);
        order.start_at(9);
        order.see(10);
        assert_eq!(order.last(), Some(10));
        order.start_at(8);
        assert_eq!(order.into_violations(), ["a snapshot of 8 came after 10"]);
    }

    #[test]
    fn who_never_got_a_snapshot_saw_nothing() {
        let mut order = Order::default();
        order.expect(3);
        assert_eq!(order.into_violations(), ["3 never came; the last was nothing"]);
    }
}

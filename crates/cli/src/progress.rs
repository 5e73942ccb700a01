//! Progress bars on standard error: one per feature view, with rows, rate and time left.

use std::fmt::Write;
use std::io::{self, IsTerminal};
use std::sync::Arc;

use indicatif::{HumanFloatCount, MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use larder::{Advance, FeatureView, Phase, Progress};

/// The bars of one run.
pub(crate) struct Bars {
    bars: MultiProgress,
    longest_name: usize,
}

impl Bars {
    /// Bars when a person watches and wants them; nothing otherwise.
    pub(crate) fn new(wanted: bool, longest_name: usize) -> Self {
        let target = if wanted && io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        Self { bars: MultiProgress::with_draw_target(target), longest_name }
    }

    /// The bar of a view.
    pub(crate) fn of(&self, view: &FeatureView) -> Arc<dyn Progress> {
        let template = "{prefix} {wide_bar:.cyan/dim} {human_pos}/{human_len} rows  {rate}/s  {eta} left  {msg}";
        let rate = |state: &ProgressState, out: &mut dyn Write| {
            let _ = write!(out, "{}", HumanFloatCount(state.per_sec().round()));
        };
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let style = style.with_key("rate", rate);
        let bar = self.bars.add(ProgressBar::no_length().with_style(style));
        bar.set_prefix(format!("{:<width$}", view.name, width = self.longest_name));
        Arc::new(Bar { bar })
    }
}

struct Bar {
    bar: ProgressBar,
}

impl Progress for Bar {
    fn advance(&self, advance: Advance) {
        let phase = match advance.phase {
            Phase::Scanning => "scanning",
            Phase::Writing => "writing",
        };
        if self.bar.message() != phase {
            self.bar.set_message(phase);
            self.bar.reset_eta();
        }
        match advance.total_rows {
            Some(total) => self.bar.set_length(total),
            None => self.bar.unset_length(),
        }
        self.bar.set_position(advance.rows);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

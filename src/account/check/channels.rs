//! Channels: there, in use, and of the rows' source.

use super::slipped::shown;
use super::{Check, Rows};
use crate::account::facts::Looked;
use crate::account::finding::{Certainty, Kind};
use crate::account::nearest::nearest;
use crate::model::{Source, is_same_uuid};
use crate::words::message;

impl Check<'_> {
    pub(super) fn channels(&mut self) {
        let field = "channel_uuid";
        let values = self.values;
        let channels = match &self.known.channels {
            Looked::Seen(channels) => channels,
            Looked::Closed(why) => {
                let asked: Vec<_> = values.channels.iter().collect();
                if !asked.is_empty() {
                    let rows = asked.iter().map(|(_, count)| count.rows).sum();
                    let first = asked.iter().map(|(_, count)| count.first).min();
                    self.not_checked(field, Rows { rows, first }, message!("the-channels"), why);
                }
                return;
            }
            Looked::Unasked => return,
        };
        for ((channel, source), &count) in &values.channels {
            let Some(known) = channels.iter().find(|known| is_same_uuid(&known.uuid, channel)) else {
                let called = self.form.names().map_or(0, |names| names.channels_called(channel));
                if called > 1 {
                    self.add(
                        (Certainty::Certain, Kind::AmbiguousChannel),
                        (field, Some(channel)),
                        count,
                        (
                            message!("ambiguous-channel", channels = called, channel),
                            None,
                            message!("ambiguous-channel.fix"),
                        ),
                    );
                    continue;
                }
                let near = nearest(channel, channels.iter().map(|known| known.title.as_str()));
                let told = &*shown(channel);
                self.add(
                    (Certainty::Certain, Kind::UnknownChannel),
                    (field, Some(told)),
                    count,
                    (message!("unknown-channel", channel = told), near, message!("unknown-channel.fix")),
                );
                continue;
            };
            if known.is_discarded {
                self.add(
                    (Certainty::Certain, Kind::DiscardedChannel),
                    (field, Some(channel)),
                    count,
                    (
                        message!("discarded-channel", channel = &known.title),
                        None,
                        message!("discarded-channel.fix"),
                    ),
                );
            }
            if !known.source.is_empty() && known.source != source.as_str() {
                self.add(
                    (Certainty::Certain, Kind::ChannelSource),
                    (field, Some(channel)),
                    count,
                    (
                        message!(
                            "channel-source",
                            channel = &known.title,
                            source = &known.source,
                            rows_source = source.as_str(),
                        ),
                        None,
                        message!("channel-source.fix"),
                    ),
                );
            }
        }
        let is_main = |source: &str| {
            channels.iter().any(|known| known.is_main && known.source == source && !known.is_discarded)
        };
        if values.in_main_channel > 0 && !is_main(Source::Whatsapp.as_str()) {
            self.add(
                (Certainty::Uncertain, Kind::NoMainChannel),
                (field, None),
                Rows { rows: values.in_main_channel, first: None },
                (message!("no-main-channel"), None, message!("no-main-channel.fix")),
            );
        }
    }
}

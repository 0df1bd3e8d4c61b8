//! The account's WhatsApp contacts by number, from one walk of the list.

use std::collections::HashMap;

use super::known::Known;
use super::read::Reader;
use crate::api::{Page, Place, StoredContact, Trail, Transport};
use crate::model::{NewContact, Source, canonical_form, canonical_uuid};
use crate::words::{Message, message, worded};

/// Longest list that is walked, in pages of 20: a million contacts, 100 MB of memory.
const MOST_PAGES: u64 = 50_000;
/// Pages that are read once more at the top, at most, to see who moved there during the walk.
const MOST_AT_THE_TOP: u64 = 200;

/// Who is there.
#[derive(Debug, Clone, Default)]
pub struct Index {
    by_number: HashMap<u64, Vec<Entry>>,
    contacts: u64,
}

#[derive(Debug, Clone)]
struct Entry {
    uuid: String,
    /// `None`: the main channel, or the only one.
    channel: Option<String>,
}

/// Why a walk is no use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoIndex {
    /// The list does not show numbers.
    NoNumbers,
    /// The list does not show channels, and there are several.
    NoChannels,
    /// Contacts show their channels, and no channel is known as the one of rows without a channel.
    NoMainChannel,
    /// It cannot be read to its end.
    Unreadable(Message),
}

worded!(NoIndex);

impl NoIndex {
    /// What is wrong.
    pub fn message(&self) -> Message {
        match self {
            Self::NoNumbers => message!("walk-no-numbers"),
            Self::NoChannels => message!("walk-no-channels"),
            Self::NoMainChannel => message!("walk-no-main-channel"),
            Self::Unreadable(why) => why.clone(),
        }
    }
}

impl Index {
    /// The uuid of the contact that this row is, if it is there.
    pub fn find(&self, contact: &NewContact, main_channel: Option<&str>) -> Option<String> {
        let number: u64 = canonical_form(&contact.identifier).parse().ok()?;
        let channel = channel_of(contact.channel_uuid.as_deref(), main_channel);
        let entry = self.by_number.get(&number)?.iter().find(|entry| entry.channel == channel)?;
        Some(entry.uuid.clone())
    }

    /// How many contacts it has.
    pub fn contacts(&self) -> u64 {
        self.contacts
    }

    /// Takes in a contact; true if it was not known.
    fn add(&mut self, contact: &StoredContact, walk: &Walk<'_>) -> Result<bool, NoIndex> {
        if contact.source.as_deref().is_some_and(|source| source != Source::Whatsapp.as_str()) {
            return Ok(false);
        }
        let digits = contact.phone_digits.as_deref().ok_or(NoIndex::NoNumbers)?;
        if contact.channel_uuid.is_none() && walk.several_channels {
            return Err(NoIndex::NoChannels);
        }
        if contact.channel_uuid.is_some() && walk.main_channel.is_none() {
            return Err(NoIndex::NoMainChannel);
        }
        // Longer than any number: somebody else's business.
        let Ok(number) = canonical_form(digits).parse::<u64>() else { return Ok(false) };
        let channel = channel_of(contact.channel_uuid.as_deref(), walk.main_channel);
        let entries = self.by_number.entry(number).or_default();
        if entries.iter().any(|entry| entry.uuid == contact.id.uuid) {
            return Ok(false);
        }
        entries.push(Entry { uuid: contact.id.uuid.clone(), channel });
        self.contacts += 1;
        Ok(true)
    }

    fn add_page(&mut self, page: &Page, walk: &Walk<'_>) -> Result<bool, NoIndex> {
        let mut any_is_new = false;
        for contact in &page.contacts {
            any_is_new |= self.add(contact, walk)?;
        }
        Ok(any_is_new)
    }
}

fn channel_of(channel: Option<&str>, main: Option<&str>) -> Option<String> {
    let channel = canonical_uuid(channel?);
    (main.map(canonical_uuid).as_ref() != Some(&channel)).then_some(channel)
}

struct Walk<'w> {
    main_channel: Option<&'w str>,
    several_channels: bool,
}

/// Walks the list. It moves while it is walked, the contacts with the latest conversation going to the top, so that the
/// top is read once more until nobody is new there.
///
/// # Errors
///
/// If what the list shows does not tell who is there.
pub async fn walk<T: Transport>(reader: &mut Reader<'_, T>, known: &Known) -> Result<Index, NoIndex> {
    let channels = known.channels.seen();
    let whatsapp = |source: &str| source == Source::Whatsapp.as_str();
    let walk = Walk {
        main_channel: known.main_channel().map(|channel| channel.uuid.as_str()),
        several_channels: channels
            .is_none_or(|channels| channels.iter().filter(|channel| whatsapp(&channel.source)).count() > 1),
    };
    let mut index = Index::default();
    let mut place = Place::Number(1);
    let mut trail = Trail::default();
    trail.goes_on(&place);
    let mut pages = 0;
    loop {
        let page = reader.page(Source::Whatsapp, &place).await.map_err(NoIndex::Unreadable)?;
        index.add_page(&page, &walk)?;
        pages += 1;
        match page.next {
            None => break,
            Some(next) if !trail.goes_on(&next) || pages >= MOST_PAGES => {
                return Err(NoIndex::Unreadable(message!("walk-no-end")));
            }
            Some(next) => place = next,
        }
    }
    if pages == 1 {
        return Ok(index);
    }
    let mut place = Place::Number(1);
    for _ in 0..MOST_AT_THE_TOP {
        let page = reader.page(Source::Whatsapp, &place).await.map_err(NoIndex::Unreadable)?;
        let any_is_new = index.add_page(&page, &walk)?;
        match page.next {
            Some(next) if any_is_new => place = next,
            _ => return Ok(index),
        }
    }
    Err(NoIndex::Unreadable(message!("walk-too-fast")))
}

/// How it is found out who is there already.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Way {
    /// One look-up for each row.
    LookUps {
        /// Requests.
        requests: u64,
        /// What a walk would cost, if the length of the list is known: pages, reads at most, seconds.
        walk: Option<(u64, u64, f64)>,
    },
    /// One walk of the list, and one read for each row that is there.
    Walk {
        /// Pages of the list.
        pages: u64,
        /// Reads at most.
        reads: u64,
        /// How long the walk takes, in seconds: page after page.
        seconds: f64,
        /// Requests that look-ups row by row would cost.
        look_ups: u64,
    },
    /// Nobody looks.
    None,
}

/// Chooses the way that takes less time. `rows` are those that can be looked up, `pages` those of the list, each of which
/// takes `page_seconds`; `rate` is in requests per second. Pure.
#[expect(clippy::cast_precision_loss, reason = "a forecast need not be exact")]
pub fn choose(rows: u64, pages: Option<u64>, page_seconds: f64, rate: Option<u32>) -> Way {
    let Some(pages) = pages.filter(|pages| *pages <= MOST_PAGES) else {
        return Way::LookUps { requests: rows, walk: None };
    };
    let per_request = rate.map_or(0.0, |rate| 1.0 / f64::from(rate));
    let reads = rows.min(pages * 20);
    let walk_seconds = pages as f64 * page_seconds.max(per_request);
    let by_walk = walk_seconds + reads as f64 * per_request;
    let by_look_ups = rows as f64 * per_request;
    let fewer = pages + reads < rows;
    let is_quicker = rate.is_none() || by_walk <= by_look_ups;
    if fewer && is_quicker || pages <= 1 && rows > 1 {
        Way::Walk { pages, reads, seconds: walk_seconds, look_ups: rows }
    } else {
        Way::LookUps { requests: rows, walk: Some((pages, reads, by_walk)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ContactId;

    #[test]
    fn a_small_account_is_walked_and_a_big_one_is_asked_row_by_row() {
        for (rows, pages, page_seconds, walks) in [
            (100_000, Some(100), 0.2, true),
            (1000, Some(5000), 0.2, false),
            (10, Some(1), 0.2, true),
            (100, Some(10), 0.2, false), // every row may be there
            (1000, Some(10), 0.2, true),
            (1000, Some(40), 5.0, false), // a list that answers slowly
            (1000, None, 0.2, false),
        ] {
            let way = choose(rows, pages, page_seconds, Some(150));
            assert_eq!(matches!(way, Way::Walk { .. }), walks, "{rows} {pages:?} {page_seconds}: {way:?}");
        }
    }

    #[test]
    fn a_list_of_contacts_in_channels_is_no_use_where_the_main_one_is_not_known() {
        let id = |uuid: &str| ContactId { uuid: uuid.to_owned(), href: None };
        let shown = StoredContact {
            phone_digits: Some("393331234567".to_owned()),
            channel_uuid: Some("c".to_owned()),
            ..StoredContact::bare(id("u"))
        };
        let walk = |main_channel| Walk { main_channel, several_channels: false };
        let mut index = Index::default();
        assert_eq!(index.add(&shown, &walk(None)), Err(NoIndex::NoMainChannel));
        assert_eq!(index.add(&shown, &walk(Some("c"))), Ok(true));
        let hidden = StoredContact { channel_uuid: None, ..shown };
        assert_eq!(index.add(&StoredContact { id: id("v"), ..hidden }, &walk(None)), Ok(true));
    }

    #[test]
    fn the_main_channel_is_no_channel() {
        let main = Some("414a6d69-2bd6-45ed-803f-2e7ce360d4c8");
        assert_eq!(channel_of(Some("414A6D692BD645ED803F2E7CE360D4C8"), main), None);
        assert_eq!(channel_of(None, main), None);
        assert_eq!(channel_of(Some("AB-cd"), main).as_deref(), Some("abcd"));
    }
}

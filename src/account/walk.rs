//! Walks of the contact list, believed only where nobody can be missing.
//!
//! Whoever the list does not show is sent without another look, so that a list which lacks somebody makes a second contact
//! of them. The list moves while it is walked. Contacts with the latest conversation go to its top, which is read once
//! more. Where a contact is deleted, all that follow move up, and the first of the next page is passed over: so the list is
//! walked twice, and a walk is believed if everybody whom the one before it showed is still there.

use std::collections::HashSet;

use super::facts::AccountFacts;
use super::index::{Channels, Index, NoIndex};
use super::read::Reader;
use crate::api::{Page, Place, StoredContact, Trail, Transport};
use crate::model::{Source, canonical_uuid};
use crate::words::message;

/// Contacts of a page that is not the last, at least: "page 500" is 10,000 contacts in the API's own words.
const FULL_PAGE: usize = 20;
/// Longest list that is walked, in pages of 20: a million contacts, 150 MB of memory.
pub(super) const MOST_PAGES: u64 = 50_000;
/// Pages that are read once more at the top, at most, to see who moved there during the walk.
const MOST_AT_THE_TOP: u64 = 200;
/// Walks, at most, until one shows everybody whom the one before it showed.
const MOST_WALKS: usize = 4;
/// Contacts that are looked up by the numbers that the list shows, at most.
const LOOK_UPS: usize = 3;

/// Requests that it takes to walk a list of so many pages that stands still, with its look-ups; none if it is known to be
/// empty.
pub(super) fn requests(Length { pages, contacts }: Length) -> u64 {
    match contacts {
        Some(0) => 0,
        contacts => {
            let look_ups = contacts.unwrap_or(u64::MAX).min(LOOK_UPS as u64);
            look_ups + if pages > 1 { 2 * pages } else { pages }
        }
    }
}

/// How long a list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length {
    /// Its pages.
    pub pages: u64,
    /// Its contacts, if all of them have been seen.
    pub contacts: Option<u64>,
}

/// Who is there, as the list shows it.
///
/// # Errors
///
/// If what the list shows does not tell who is there.
pub async fn walk<T: Transport>(reader: &mut Reader<'_, T>, known: &AccountFacts) -> Result<Index, NoIndex> {
    let whatsapp = |source: &str| source == Source::Whatsapp.as_str();
    let channels = Channels {
        main: known.main_channel().map(|channel| channel.uuid.as_str()),
        are_several: known
            .channels
            .seen()
            .is_none_or(|channels| channels.iter().filter(|channel| whatsapp(&channel.source)).count() > 1),
    };
    let mut last = Walked::through(reader, &channels).await?;
    if last.pages > 1 {
        let mut walks = 1;
        loop {
            let mut next = Walked::through(reader, &channels).await?;
            next.again_at_the_top(reader, &channels).await?;
            walks += 1;
            let is_whole = last.met.is_subset(&next.met);
            last = next;
            if is_whole {
                break;
            }
            if walks == MOST_WALKS {
                return Err(NoIndex::Unreadable(message!("walk-too-fast")));
            }
        }
    }
    last.is_as_look_ups_show(reader).await?;
    Ok(last.index)
}

/// One walk.
#[derive(Default)]
struct Walked {
    index: Index,
    /// Everybody, of whichever source.
    met: HashSet<u128>,
    pages: u64,
    /// Some of those with a number: the first two, and the last.
    some: Vec<StoredContact>,
}

impl Walked {
    /// From the first page to the last.
    async fn through<T: Transport>(
        reader: &mut Reader<'_, T>,
        channels: &Channels<'_>,
    ) -> Result<Self, NoIndex> {
        let mut walked = Self::default();
        let mut place = Place::Number(1);
        let mut trail = Trail::default();
        trail.goes_on(&place);
        let first = walked.read(reader, &place, channels).await?;
        // What a page holds if it is not the last, and how many there are.
        let (share, counted) = (first.contacts.len(), first.pages.unwrap_or(1));
        let mut page = first;
        while let Some(next) = page.next {
            if page.contacts.len() != share || share < FULL_PAGE {
                return Err(NoIndex::Incomplete);
            }
            if !trail.goes_on(&next) || walked.pages >= MOST_PAGES {
                return Err(NoIndex::Unreadable(message!("walk-no-end")));
            }
            place = next;
            page = walked.read(reader, &place, channels).await?;
        }
        let fewest = counted.saturating_sub(1).saturating_mul(share as u64);
        if counted > 1 && walked.met.len() as u64 <= fewest {
            return Err(NoIndex::Incomplete);
        }
        Ok(walked)
    }

    /// Reads the top once more, until nobody is new there.
    async fn again_at_the_top<T: Transport>(
        &mut self,
        reader: &mut Reader<'_, T>,
        channels: &Channels<'_>,
    ) -> Result<(), NoIndex> {
        let mut place = Place::Number(1);
        for _ in 0..MOST_AT_THE_TOP {
            let before = self.met.len();
            let page = self.read(reader, &place, channels).await?;
            match page.next {
                Some(next) if self.met.len() > before => place = next,
                _ => return Ok(()),
            }
        }
        Err(NoIndex::Unreadable(message!("walk-too-fast")))
    }

    async fn read<T: Transport>(
        &mut self,
        reader: &mut Reader<'_, T>,
        place: &Place,
        channels: &Channels<'_>,
    ) -> Result<Page, NoIndex> {
        let page = reader.page(Source::Whatsapp, place).await.map_err(NoIndex::Unreadable)?;
        self.pages += 1;
        for contact in &page.contacts {
            // Whatever else is called so is nobody's uuid, and not taken in at all.
            let uuid = u128::from_str_radix(&canonical_uuid(&contact.id.uuid), 16);
            let uuid = uuid.map_err(|_| NoIndex::Incomplete)?;
            let before = self.index.contacts();
            self.index.add(contact, channels)?;
            if self.met.insert(uuid) && self.index.contacts() > before {
                self.some.truncate(LOOK_UPS - 1);
                self.some.push(contact.clone());
            }
        }
        Ok(page)
    }

    /// Looks some of them up by the numbers that the list shows: where it writes them otherwise than they are asked for,
    /// nobody would be found in it.
    async fn is_as_look_ups_show<T: Transport>(&self, reader: &mut Reader<'_, T>) -> Result<(), NoIndex> {
        for contact in &self.some {
            let Some(digits) = &contact.phone_digits else { continue };
            let found = reader.look_up(digits, contact.channel_uuid.as_deref()).await;
            let found = found.map_err(NoIndex::Unreadable)?;
            if !found.is_some_and(|found| self.index.has(contact, &found.id.uuid)) {
                return Err(NoIndex::OtherNumbers);
            }
        }
        Ok(())
    }
}

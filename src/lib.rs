//! A contact list goes in, contacts come into being in a Callbell account, once each, and every row of the list is
//! told truthfully what became of it.
//!
//! # The street
//!
//! A row walks down one street and never turns round; settings, sandbox, progress and report stand on the pavement.
//!
//! ```text
//!  bytes ─▶ input ─Row─▶ mapping ─NewContact─▶ journal ─Ticket─▶ delivery ─Delivery─▶ journal ─Settled─▶ results
//!                          │                   admit      ▲ rate  ▲ api              settle ▲              │
//!                          └──── Rejection ────────────────────────────────────────────────┘              ▼
//!                               repeats in the file ─────────────────────────────▶           Tally ─▶ report, exit code
//! ```
//!
//! The rooms, in the order in which a row meets them:
//!
//! - [`words`]: what people read, by language; every other room says which message it means.
//! - [`model`]: the words everyone uses; no I/O, no clock.
//! - [`input`]: bytes, in any encoding, packing and format → [`Row`](model::Row): what the file holds at this number and
//!   line, raw cells kept.
//! - [`mapping`]: header → [`Form`](mapping::Form), once; then `Form::fill(&Row)` → [`NewContact`](model::NewContact),
//!   or a [`Rejection`](model::Rejection) with everything that is wrong with the row. Pure.
//! - [`survey`]: one reading of the whole file before anything is sent: counts, problems, who stands in it twice.
//! - [`intake`]: the reading whose rows are sent, on a thread of its own.
//! - [`journal`]: admits a row (a [`Ticket`](journal::Ticket): it may now be on the wire) and settles it (a
//!   [`Settled`](journal::Settled): no line of the results is made of anything else).
//! - [`rate`]: when the next request may leave; every request passes here.
//! - [`api`]: what goes over the line and comes back; an answer is a contact or a [`Fault`](api::Fault), and a fault
//!   says whether the contact may exist.
//! - [`account`]: what the account holds, as far as the API shows it, and whether a file fits it.
//! - [`delivery`]: the life of one row on the wire; [`Life`](delivery::Life) decides purely, the rest obeys.
//! - [`results`]: settled rows → `results.csv` and `failures.csv`, in input order. Before the journal settles a row, what
//!   was sent for it is kept in `sent.log`, on which `verify` and `undo` rest.
//! - [`run`]: the one loop that owns all of this.
//! - [`history`]: what the last imports into a folder looked like, and whether a new one is like them.
//!
//! Afterwards: [`ledger`] tells what an import brought about, contact by contact, [`verify`] reads it back and compares,
//! and [`undo`] deletes what it created and puts back what it changed, where nobody has touched it since; these two ask through [`inquiry`], one patient question at a time.
//! [`status`] sees from outside how an import stands.
//!
//! Behind the feature `fleet`, the room of that name is the engine of many workers on many machines; the street that they
//! walk is this one.
//!
//! On the pavement: [`progress`] watches, [`report`] speaks before and after, [`monitoring`] tells other programs,
//! [`cli`] reads flags and returns exit codes, [`sorting`] puts in order and finds what memory does not hold, and
//! [`sandbox`] stands where the API stands; it shares no type with [`api`].
//!
//! # The way of one row
//!
//! Row 17 is read with its line and its cells. The form makes a contact of it: the number loses its spaces, the name is
//! joined from two columns. The survey has seen no earlier row with this number, so the row is fresh. The loop takes it
//! when there is a place in the air, the journal admits it, and its delivery is spawned. The account's list was walked
//! before the first row was sent, and nobody in it has the number: there is nobody to meet. So the row waits its turn at
//! the turnstile and is sent. The connection is cut: the contact may exist, so the row is in doubt and is looked up.
//! Nobody is there, but the server may still be storing it, so it is looked up again after 2, 8 and 30 seconds; meanwhile
//! its place in the air is free for others. At 30 seconds the look-up finds the contact: `created`, with the uuid from the
//! look-up and the code `confirmed_by_lookup`. The journal settles it, its line waits on the shelf for rows 15 and 16,
//! and is written after them.
//!
//! # The way in
//!
//! Who calls whom, from the command line to one row on the wire:
//!
//! ```text
//! main.rs        main                  one thread, and no panic gets past it
//! cli            main                  settings and flags become a command
//! cli::run       run                   starts the monitors; whatever comes of it becomes an exit code
//!                from_file_to_results  opens the folder and takes its lock
//!                with_the_folder       what earlier runs left, the survey, what is refused, the account, the plan, the
//!                                      question; up to `signals::listen` nothing is changed, from there on the run begins
//! cli::importing Importing::import     sends; then writes summary and report, and says the last words
//! run::import    Import::run, walk     opens results and journal, makes the gatekeeper, lets the first rows go alone
//! run::walk      walk, Walk::all       the loop: take rows, meet each, let them leave and come home, report them
//! delivery       Deliverer::deliver    makes an errand of a ticket
//!                Errand::carry         one row: before_sending, run, after_all; in errand.rs, and in existing.rs what has to
//!                                      do with contacts that are there already
//! ```
//!
//! Beside the loop, on its own thread, `intake::arrivals` reads the rows, and its gatekeeper's `arrival` says what is known of each.
//! `check` and `plan` come by `cli::check` and understand a list as a run does, by `cli::prepare`.
//!
//! # Who remembers whom
//!
//! Rows, contacts and people are known from many places. Each question has one type that answers it:
//!
//! ```text
//! question                                       answered by                        read from                      when
//! does a row repeat another one of the file?     survey::Sightings, Standings       the file                       survey
//! what became of its contact in this folder?     journal::Past in Sightings;        journal.log                    the folder is opened;
//!                                                journal::Recall for the words                                     its row comes
//! in imports of its failures, or of its list?    journal::Elsewhere, Abroad         their journals, also those     before the run begins;
//!                                                                                   set aside by a restart         its row comes
//! in the other parts of its list, which may      run::OtherParts, asked by          their journals                 a contact was found
//! be under way?                                  run::claims::Claims                                               without a look-up
//! which folders are these?                       cli::related::RelatedImports       import.json, given-back.json,  the folder is opened
//!                                                                                   and where the folders lie
//! is somebody known by another number            cli::known_people::KnownPeople,    journals as above, results.csv survey
//! of the row?                                    mapping::KnownBy                   people.known, sent.log
//! which contacts did an undo delete?             cli::gone::Gone                    undo.log, and journals of      the folder is opened
//!                                                                                   what was imported again
//! which was about to be changed by a run         journal::Begun, by ticket          journal.log                    the folder is opened
//! that died?
//! how many of the folder come back?              cli::returning::Returning          the counts of the survey       before the run begins
//! are their names known with other identifiers?  cli::namesakes                     results.csv, people.known,     before the run begins
//!                                                                                   sent.log
//! what did earlier runs read, and how?           cli::remembered::Remembered        import.json                    the folder is opened
//! did it fail in the last run, too?              results::FailuresKnown             failures.known                 the results are written
//! ```
//!
//! # Who may name whom
//!
//! A room may know the shared words and what the door before it hands over, never the door after it; the table is a
//! test (`tests/it/street.rs`). Imports are by full path; there is no prelude and no re-export hub.

pub mod account;
pub mod api;
pub mod cli;
pub mod delivery;
#[cfg(feature = "fleet")]
pub mod fleet;
pub mod history;
pub mod input;
pub mod inquiry;
pub mod intake;
pub mod journal;
pub mod ledger;
pub mod mapping;
pub mod model;
pub mod monitoring;
pub mod progress;
pub mod rate;
pub mod report;
pub mod results;
pub mod run;
pub mod sandbox;
pub mod sorting;
pub mod status;
pub mod survey;
pub mod undo;
pub mod verify;
pub mod words;

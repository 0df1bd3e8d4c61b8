//! The second reading of the file, the one whose rows are sent: each row with its contact and its standing.
//!
//! Reading and mapping happen on a thread of their own; the street takes rows by the handful through a bounded channel,
//! and not to take one is all the back-pressure there is.

use std::io;
use std::sync::Arc;

use futures::Stream;
use futures::stream::unfold;
use tokio::sync::mpsc;

use crate::input::{InputFile, Records, Unreadable};
use crate::mapping::Form;
use crate::model::{NewContact, Rejection, Remark, Row};
use crate::survey::{Standing, Standings};

/// Rows handed over at a time, and handfuls that wait.
const HANDFUL: usize = 64;
const WAITING: usize = 4;

/// One row at the gate.
#[derive(Debug)]
pub struct Arrival {
    /// The row as it stands in the file.
    pub row: Row,
    /// What it is to become, or why it cannot.
    pub filled: Result<(NewContact, Vec<Remark>), Rejection>,
    /// What is known of it.
    pub standing: Standing,
    /// An earlier run left it unconfirmed.
    pub in_doubt: bool,
}

/// Why the rows end early.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The input.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// What was put aside by the survey cannot be read back.
    #[error("cannot read back what did not fit into memory: {0}")]
    Scratch(#[from] io::Error),
    /// The reading thread could not be had.
    #[error("cannot start the reading thread: {0}")]
    Thread(io::Error),
}

/// The rows of `input` in order.
pub fn arrivals(
    input: Arc<InputFile>,
    form: Arc<Form>,
    standings: Standings,
) -> impl Stream<Item = Result<Arrival, IntakeError>> + Unpin {
    let (hand_over, handfuls) = mpsc::channel::<Vec<Result<Arrival, IntakeError>>>(WAITING);
    let spawned = std::thread::Builder::new().name("intake".to_owned()).spawn({
        let hand_over = hand_over.clone();
        move || read(&input, &form, standings, &hand_over)
    });
    if let Err(error) = spawned {
        // The channel is empty, so this fits.
        let _ = hand_over.try_send(vec![Err(IntakeError::Thread(error))]);
    }
    Box::pin(unfold((handfuls, Vec::new().into_iter()), |(mut handfuls, mut handful)| async move {
        loop {
            if let Some(arrival) = handful.next() {
                return Some((arrival, (handfuls, handful)));
            }
            handful = handfuls.recv().await?.into_iter();
        }
    }))
}

fn read(
    input: &InputFile,
    form: &Form,
    mut standings: Standings,
    hand_over: &mpsc::Sender<Vec<Result<Arrival, IntakeError>>>,
) {
    let records = match Records::new(input) {
        Ok(records) => records,
        Err(error) => {
            let _ = hand_over.blocking_send(vec![Err(error.into())]);
            return;
        }
    };
    let mut handful = Vec::with_capacity(HANDFUL);
    for row in records {
        let arrival = row.map_err(IntakeError::from).and_then(|row| {
            let filled = form.fill(&row);
            let standing = standings.of(row.number)?;
            let in_doubt = form.is_in_doubt(&row);
            Ok(Arrival { row, filled, standing, in_doubt })
        });
        let is_last = arrival.is_err();
        handful.push(arrival);
        if handful.len() == HANDFUL || is_last {
            let full = std::mem::replace(&mut handful, Vec::with_capacity(HANDFUL));
            if hand_over.blocking_send(full).is_err() || is_last {
                return;
            }
        }
    }
    let _ = hand_over.blocking_send(handful);
}

//! What the header says of itself: which columns give which fields, when nobody said so.
//!
//! The rules that keep this honest: two columns that claim one field are a question, unless one has the field's wire
//! name; a weak header counts only if its values fit and nothing stronger is there; what is left out is named, with
//! the reason.

use super::Facts;
use super::aliases::{Meaning, Strength, meaning};
use super::error::MappingError;
use super::facts::ColumnFacts;
use super::fold::fold;
use super::request::Target;
use super::template::Template;
use crate::model::Field;
use crate::words::{Message, message};

/// One column as a guesser sees it.
struct Column {
    at: usize,
    folded: String,
    meaning: Option<(Meaning, Strength)>,
    filled: u64,
}

/// What a field was found to come from.
pub(super) enum Found {
    Column(usize),
    Join(Template<usize>),
}

/// A field that the header gives.
pub(super) struct Guess {
    pub(super) target: Target,
    pub(super) found: Found,
    /// The header has the field's own name, as the vendor prints it; anything else is a guess.
    pub(super) exact: bool,
}

/// What a header gives, and why the rest gives nothing.
#[derive(Default)]
pub(super) struct Guesses {
    pub(super) guesses: Vec<Guess>,
    /// (column, reason)
    pub(super) left_out: Vec<(usize, Message)>,
}

/// Reads a header; `names` are what its columns are called where no two may be called the same. `wanted` says which targets are still open, `rest` why a column that means nothing is left out.
pub(super) fn guess(
    header: &[String],
    names: &[String],
    facts: &Facts,
    rest: Message,
    wanted: impl Fn(&Target) -> bool,
) -> Result<Guesses, MappingError> {
    let columns: Vec<Column> = header
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let folded = fold(name);
            Column { at, meaning: meaning(&folded), folded, filled: facts.column(at).filled }
        })
        .collect();
    let mut guesser = Guesser { names, facts, columns: &columns, rest, guesses: Guesses::default() };
    for (at, name) in header.iter().enumerate() {
        let label = name.trim().strip_prefix("cf:").or_else(|| name.trim().strip_prefix("custom_fields."));
        if let Some(label) = label.map(str::trim).filter(|label| !label.is_empty()) {
            let target = Target::Custom(label.to_owned());
            if wanted(&target) {
                guesser.guesses.guesses.push(Guess { target, found: Found::Column(at), exact: true });
            }
        }
    }
    for field in Field::ALL {
        if !wanted(&Target::Field(field)) {
            continue;
        }
        if field == Field::Name { guesser.name()? } else { guesser.field(field, &[])? }
    }
    guesser.explain_the_rest();
    Ok(guesser.guesses)
}

/// Why the values of a column cannot be `field`; `None` if they can, or if every text could.
pub(super) fn misfit(facts: &ColumnFacts, field: Field) -> Option<Message> {
    let (fits, reason) = match field {
        // Columns called "source" usually hold marketing sources, whatever their spelling.
        Field::Source => (facts.all_source_like(), message!("misfit-source")),
        Field::AssignedUser => (facts.all_email_like(), message!("misfit-user")),
        Field::TeamUuid => (facts.all_uuid_like(), message!("misfit-team")),
        Field::ChannelUuid => (facts.all_uuid_like(), message!("misfit-channel")),
        Field::BotStatus => (facts.all_bot_status_like(), message!("misfit-bot-status")),
        _ => return None,
    };
    (!fits).then_some(reason)
}

/// The fields that a column gives only if its values fit, whatever it is called.
pub(super) const JUDGED: [Field; 5] =
    [Field::Source, Field::AssignedUser, Field::TeamUuid, Field::ChannelUuid, Field::BotStatus];

/// Whether the values below a header decide what it means.
pub(super) fn is_judged(header: &str) -> bool {
    match meaning(&fold(header)) {
        Some((Meaning::Field(Field::Identifier | Field::Name), strength)) => strength == Strength::Weak,
        Some((Meaning::Field(field), _)) => JUDGED.contains(&field),
        _ => false,
    }
}

struct Guesser<'a> {
    names: &'a [String],
    facts: &'a Facts,
    columns: &'a [Column],
    rest: Message,
    guesses: Guesses,
}

impl Guesser<'_> {
    fn with_meaning(&self, wanted: Meaning) -> Vec<&Column> {
        self.columns
            .iter()
            .filter(|column| matches!(column.meaning, Some((meaning, _)) if meaning == wanted))
            .collect()
    }

    fn leave_out(&mut self, column: usize, reason: Message) {
        if !self.guesses.left_out.iter().any(|(known, _)| *known == column) {
            self.guesses.left_out.push((column, reason));
        }
    }

    /// Whether the column's values let it be `field`, and if not, why.
    fn fits(&self, column: &Column, field: Field, strength: Strength) -> Result<(), Message> {
        let facts = self.facts.column(column.at);
        if column.folded == field.wire_name() && field != Field::Source {
            return Ok(());
        }
        let (fits, reason) = match field {
            Field::Identifier if strength == Strength::Weak => {
                (facts.all_phone_like(), message!("misfit-phone"))
            }
            Field::Name if strength == Strength::Weak => (facts.all_name_like(), message!("misfit-name")),
            _ => return misfit(facts, field).map_or(Ok(()), Err),
        };
        if fits { Ok(()) } else { Err(reason) }
    }

    /// Finds the column for `field` among those that claim it, leaving `except` aside.
    fn field(&mut self, field: Field, except: &[usize]) -> Result<(), MappingError> {
        let mut claims: Vec<(usize, Strength)> = Vec::new();
        let mut misfits: Vec<(usize, Message)> = Vec::new();
        for column in self.columns.iter().filter(|column| !except.contains(&column.at)) {
            let Some((Meaning::Field(claimed), strength)) = column.meaning else { continue };
            if claimed != field {
                continue;
            }
            match self.fits(column, field, strength) {
                Ok(()) => claims.push((column.at, strength)),
                Err(reason) => misfits.push((column.at, reason)),
            }
        }
        for (column, reason) in misfits {
            self.leave_out(column, message!("unmapped-could-be", field = field.wire_name(), reason));
        }
        // An empty column claims nothing, unless it stands alone.
        if claims.iter().any(|&(at, _)| self.columns[at].filled > 0) {
            claims.retain(|&(at, _)| self.columns[at].filled > 0);
        }
        let is_wire_name = |at: usize| self.columns[at].folded == field.wire_name();
        let wire_named: Vec<usize> =
            claims.iter().map(|&(at, _)| at).filter(|&at| is_wire_name(at)).collect();
        let strongest: Vec<usize> = if wire_named.is_empty() {
            let strong: Vec<usize> =
                claims.iter().filter(|(_, strength)| *strength > Strength::Weak).map(|&(at, _)| at).collect();
            if strong.is_empty() { claims.iter().map(|&(at, _)| at).collect() } else { strong }
        } else {
            wire_named
        };
        match strongest[..] {
            [] => Ok(()),
            [at] => {
                let strength = claims.iter().find(|(claim, _)| *claim == at).map(|&(_, strength)| strength);
                self.guesses.guesses.push(Guess {
                    target: Target::Field(field),
                    found: Found::Column(at),
                    exact: strength == Some(Strength::Exact),
                });
                for (other, _) in claims.into_iter().filter(|&(other, _)| other != at) {
                    let reason =
                        message!("unmapped-taken-from", field = field.wire_name(), column = &self.names[at]);
                    self.leave_out(other, reason);
                }
                Ok(())
            }
            _ => {
                let names: Vec<String> = strongest.iter().map(|&at| self.names[at].clone()).collect();
                match field {
                    Field::Identifier => {
                        Err(MappingError::SeveralClaim { field: "identifier", columns: names })
                    }
                    Field::Name => Err(MappingError::SeveralClaim { field: "name", columns: names }),
                    _ => {
                        for at in strongest {
                            self.leave_out(
                                at,
                                message!(
                                    "unmapped-several",
                                    columns = names.len(),
                                    field = field.wire_name()
                                ),
                            );
                        }
                        Ok(())
                    }
                }
            }
        }
    }

    /// The name may stand in one column, or in several.
    fn name(&mut self) -> Result<(), MappingError> {
        let at = |columns: Vec<&Column>| columns.iter().map(|column| column.at).collect::<Vec<usize>>();
        let mut given = at(self.with_meaning(Meaning::GivenName));
        let mut family = at(self.with_meaning(Meaning::FamilyName));
        // `nom` beside `prénom` is a surname; `nome` beside `cognome` and `nombre` beside `apellidos` are given names.
        let bare = |names: &[&str]| {
            at(self.columns.iter().filter(|column| names.contains(&column.folded.as_str())).collect())
        };
        let mut parts: Vec<usize> = Vec::new();
        if !given.is_empty() && family.is_empty() {
            parts = bare(&["nom"]);
            family.clone_from(&parts);
        } else if given.is_empty() && !family.is_empty() {
            parts = bare(&["nome", "nombre"]);
            given.clone_from(&parts);
        }
        let before = self.guesses.guesses.len();
        self.field(Field::Name, &parts)?;
        if self.guesses.guesses.len() > before {
            return Ok(());
        }
        let found = match (&given[..], &family[..]) {
            ([], []) => match at(self.with_meaning(Meaning::CompanyName))[..] {
                [company] if self.columns[company].filled > 0 => Found::Column(company),
                _ => return Ok(()),
            },
            (given @ ([] | [_]), family @ ([] | [_])) => {
                // Of several of these nobody knows the order.
                let second = |meaning| match at(self.with_meaning(meaning))[..] {
                    [only] => Some(only),
                    _ => None,
                };
                let second_given = second(Meaning::SecondGivenName).filter(|_| !given.is_empty());
                let second_family = second(Meaning::SecondFamilyName).filter(|_| !family.is_empty());
                let parts = given.iter().copied().chain(second_given);
                let parts: Vec<usize> = parts.chain(family.iter().copied()).chain(second_family).collect();
                match parts[..] {
                    [only] => Found::Column(only),
                    _ => Found::Join(Template::joined(&parts)),
                }
            }
            _ => {
                let columns = given.iter().chain(&family).map(|&at| self.names[at].clone()).collect();
                return Err(MappingError::SeveralClaim { field: "name", columns });
            }
        };
        self.guesses.guesses.push(Guess { target: Target::Field(Field::Name), found, exact: false });
        Ok(())
    }

    /// Gives every column that claimed nothing a reason.
    fn explain_the_rest(&mut self) {
        let used: Vec<usize> = self
            .guesses
            .guesses
            .iter()
            .flat_map(|guess| match &guess.found {
                Found::Column(at) => vec![*at],
                Found::Join(template) => template.columns().collect(),
            })
            .collect();
        for column in self.columns {
            if used.contains(&column.at) {
                continue;
            }
            let reason = match column.meaning {
                Some((Meaning::EarlierRun, _)) => message!("unmapped-earlier-run"),
                Some((Meaning::Reference, _)) => message!("unmapped-reference"),
                Some((Meaning::OwnEmail, _)) => message!("unmapped-own-email"),
                Some((
                    Meaning::GivenName
                    | Meaning::SecondGivenName
                    | Meaning::FamilyName
                    | Meaning::SecondFamilyName,
                    _,
                )) => message!("unmapped-part-of-a-name"),
                Some((Meaning::Apelido, _)) => message!("unmapped-apelido"),
                _ if column.filled == 0 => message!("unmapped-empty"),
                _ => self.rest.clone(),
            };
            self.leave_out(column.at, reason);
        }
    }
}

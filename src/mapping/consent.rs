//! Columns that look as if they said who wants no messages, in lists of which nobody has said what such a column means.
//!
//! Nothing rests on it but a note in the plan: nobody is left out unasked.

use super::fold::fold;

/// What columns are called that say that somebody wants no messages, folded, in the five languages.
const REFUSALS: &[&str] = &[
    "unsubscribed",
    "unsubscribe",
    "is_unsubscribed",
    "unsubscribed_at",
    "opt_out",
    "opted_out",
    "optout",
    "optedout",
    "has_opted_out",
    "do_not_contact",
    "do_not_call",
    "do_not_message",
    "do_not_disturb",
    "dnc",
    "dnd",
    "no_marketing",
    "blacklisted",
    "blocklisted",
    "desabonne",
    "desinscrit",
    "desinscription",
    "ne_pas_contacter",
    "ne_pas_appeler",
    "baja",
    "dado_de_baja",
    "de_baja",
    "no_contactar",
    "no_llamar",
    "disiscritto",
    "disiscritta",
    "cancellato_iscrizione",
    "non_contattare",
    "non_chiamare",
    "descadastrado",
    "cancelou_inscricao",
    "nao_contatar",
    "nao_contactar",
    "nao_ligar",
];

/// What columns are called that say that somebody wants messages.
const CONSENTS: &[&str] = &[
    "opt_in",
    "opted_in",
    "optin",
    "optedin",
    "whatsapp_opt_in",
    "whats_app_opt_in",
    "whatsapp_opted",
    "subscribed",
    "is_subscribed",
    "consent",
    "marketing_consent",
    "accepts_marketing",
    "accepts_sms_marketing",
    "allow_broadcast",
    "consentement",
    "abonne",
    "inscrit",
    "accepte_le_marketing",
    "consentimiento",
    "suscrito",
    "acepta_marketing",
    "consenso",
    "consenso_marketing",
    "iscritto",
    "accetta_marketing",
    "consentimento",
    "inscrito",
    "aceita_marketing",
];

/// Words beside those: by which way messages come, and what stands between.
const BESIDE: &[&str] = &[
    "sms", "whatsapp", "whats", "app", "email", "e", "mail", "text", "texts", "messages", "from", "for",
    "to", "by", "via",
];

/// How people and programs say yes and no. What else stands there, such as a time, says yes.
const YES: [&str; 16] = [
    "yes",
    "y",
    "true",
    "t",
    "1",
    "x",
    "on",
    "oui",
    "o",
    "vrai",
    "sí",
    "si",
    "sì",
    "vero",
    "sim",
    "verdadeiro",
];
const NO: [&str; 15] =
    ["no", "n", "false", "f", "0", "off", "non", "faux", "falso", "não", "nao", "never", "null", "-", "n/a"];

/// Which of its words such a column uses to say that somebody wants no messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Those of [`YES`], and all that is not of [`NO`].
    Yes,
    /// Those of [`NO`].
    No,
}

impl Refusal {
    /// By what the column is called.
    pub(super) fn of(header: &str) -> Option<Self> {
        let folded = fold(header);
        let words = folded.split('_').filter(|word| !BESIDE.contains(word));
        let in_short = words.collect::<Vec<_>>().join("_");
        let is_among =
            |names: &[&str]| [&folded, &in_short].iter().any(|name| names.contains(&name.as_str()));
        match () {
            () if is_among(REFUSALS) => Some(Self::Yes),
            () if is_among(CONSENTS) => Some(Self::No),
            () => None,
        }
    }
}

/// What the cells of such a column have said so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused {
    /// Rows that say that somebody wants no messages.
    pub(super) rows: u64,
    /// The words that said so, by their place in [`YES`] or [`NO`].
    words: u32,
    /// Something else said so.
    others: bool,
    /// A cell said that somebody wants messages.
    has_wanted: bool,
}

impl Refused {
    pub(super) const NONE: Self = Self { rows: 0, words: 0, others: false, has_wanted: false };

    /// Looks at a cell that is not empty.
    pub(super) fn note(&mut self, refusal: Refusal, cell: &str) {
        let said = cell.to_lowercase();
        let place = |words: &[&str]| words.iter().position(|word| *word == said);
        let (refuses, word) = match refusal {
            Refusal::Yes => (place(&NO).is_none(), place(&YES)),
            Refusal::No => (place(&NO).is_some(), place(&NO)),
        };
        self.rows += u64::from(refuses);
        self.has_wanted |= !refuses;
        match word {
            Some(at) if refuses => self.words |= 1 << at,
            _ => self.others |= refuses,
        }
    }

    pub(super) fn join(&mut self, other: &Self) {
        self.rows += other.rows;
        self.words |= other.words;
        self.others |= other.others;
        self.has_wanted |= other.has_wanted;
    }

    /// What a mapping file says of the column so that these people are left out; as far as words say it.
    pub(super) fn values(&self, refusal: Refusal) -> Vec<&'static str> {
        if self.others && !self.has_wanted {
            return vec!["*"];
        }
        let words: &[&'static str] = match refusal {
            Refusal::Yes => &YES,
            Refusal::No => &NO,
        };
        words.iter().enumerate().filter(|(at, _)| self.words >> at & 1 == 1).map(|(_, word)| *word).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(header: &str, cells: &[&str]) -> (u64, Vec<&'static str>) {
        let refusal = Refusal::of(header).unwrap();
        let mut refused = Refused::NONE;
        cells.iter().for_each(|cell| refused.note(refusal, cell));
        (refused.rows, refused.values(refusal))
    }

    #[test]
    fn those_who_said_no_are_counted_with_the_words_that_say_so() {
        for (header, cells, rows, values) in [
            ("Unsubscribed", &["yes", "No", "YES"][..], 2, &["yes"][..]),
            ("Do not contact", &["TRUE", "FALSE"], 1, &["true"]),
            ("Opt Out", &["1", "0", "0"], 1, &["1"]),
            ("Opt-in", &["no", "yes", "never"], 2, &["no", "never"]),
            ("Désinscrit", &["oui", "non"], 1, &["oui"]),
            ("No contactar", &["Sí"], 1, &["sí"]),
            ("Non contattare", &["sì", "x"], 2, &["x", "sì"]),
            ("Não contatar", &["sim", "não"], 1, &["sim"]),
            ("unsubscribed_at", &["2026-01-02 10:00"], 1, &["*"]),
            ("unsubscribed_at", &["2026-01-02 10:00", "no"], 1, &[]),
            ("Subscribed", &["yes", "2026"], 0, &[]),
            ("SMS Consent", &["no", "yes"], 1, &["no"]),
            ("Consentement SMS", &["non"], 1, &["non"]),
            ("WhatsApp opted in", &["false"], 1, &["false"]),
            ("Unsubscribed from SMS", &["yes"], 1, &["yes"]),
            ("SMS_BLACKLISTED", &["true"], 1, &["true"]),
            ("Email Opt Out", &["1"], 1, &["1"]),
            ("Baja", &["sí"], 1, &["sí"]),
        ] {
            assert_eq!(said(header, cells), (rows, values.to_vec()), "{header}");
        }
        for name in ["Stop name", "SMS", "E-mail", "WhatsApp"] {
            assert_eq!(Refusal::of(name), None, "{name}");
        }
    }

    #[test]
    fn names_are_folded_and_words_are_in_lower_case() {
        for name in REFUSALS.iter().chain(CONSENTS) {
            assert_eq!(fold(name), *name);
        }
        for word in YES.iter().chain(&NO) {
            assert_eq!(word.to_lowercase(), *word);
        }
    }
}

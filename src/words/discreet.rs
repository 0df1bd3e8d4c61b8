//! `Debug` for what holds people's data or secrets. Whatever is printed for a programmer may end in a log, a panic or a
//! test's output, so a type that holds a person shows what it is, and nobody.

/// `discreet!(Type { this, that })` shows these fields and that there are others; `discreet!(Type as shape)` shows what
/// `shape` says of a value. It takes the place of `derive(Debug)`.
macro_rules! discreet {
    ($type:ident $(<$life:lifetime>)? { $($field:ident),* $(,)? }) => {
        impl $(<$life>)? std::fmt::Debug for $type $(<$life>)? {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($type))
                    $(.field(stringify!($field), &self.$field))*
                    .finish_non_exhaustive()
            }
        }
    };
    ($type:ident as $shape:expr) => {
        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let shape: fn(&Self) -> _ = $shape;
                write!(f, "{}({})", stringify!($type), shape(self))
            }
        }
    };
}

pub(crate) use discreet;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fmt::Debug;

    use crate::api::{Answer, Fault, Identity, Member, Page, StoredContact};
    use crate::model::{ContactId, FieldChange, FieldValue, Outcome, Shown, Stop};
    use crate::report::AccountShown;
    use crate::sandbox::SandboxSettings;

    const PERSON: &str = "Ada Lovelace";

    fn shows_nobody(seen: &dyn Debug) {
        for text in [format!("{seen:?}"), format!("{seen:#?}")] {
            assert!(!text.contains("Ada") && !text.contains("Lovelace"), "{text}");
            assert!(!text.is_empty());
        }
    }

    #[test]
    fn what_holds_a_person_shows_nobody() {
        let person = || PERSON.to_owned();
        let id = ContactId { uuid: "a".repeat(32), href: None };
        let stored = StoredContact {
            name: Some(person()),
            phone_digits: Some(person()),
            phone_as_shown: Some(person()),
            tags: Some(vec![person()]),
            custom_fields: Some(BTreeMap::from([("City".to_owned(), person())])),
            assigned_user: Some(person()),
            note: Some(person()),
            shown: Some(Shown::new(PERSON)),
            ..StoredContact::bare(id)
        };
        shows_nobody(&stored);
        shows_nobody(&Page { contacts: vec![stored], next: None, pages: None });
        shows_nobody(&Answer { body: PERSON.into(), location: Some(person()), ..Answer::default() });
        shows_nobody(&Identity { user_email: Some(person()), user_name: Some(person()) });
        shows_nobody(&Member { email: person(), name: Some(person()) });
        shows_nobody(&Fault::Refused { status: 422, field: Some("name".to_owned()), said: person() });
        shows_nobody(&Fault::Denied { status: 401, said: person() });
        shows_nobody(&Stop::TokenRefused { http_status: 401, said: person(), row: None });
        shows_nobody(&Outcome::Rejected { field: None, said: person() });
        shows_nobody(&FieldValue::Text(person()));
        shows_nobody(&FieldValue::Options(vec![person()]));
        shows_nobody(&FieldChange {
            field: "note".to_owned(),
            before: Some(FieldValue::Text(person())),
            before_json: Some("Ada".to_owned()),
            after: FieldValue::Text(person()),
        });
        let account =
            AccountShown { endpoint: "x".to_owned(), user_name: Some(person()), user_email: Some(person()) };
        shows_nobody(&account);
        shows_nobody(&SandboxSettings { token: person(), ..SandboxSettings::default() });
    }
}

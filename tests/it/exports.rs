//! Exports as the programs write them: each imports into the sandbox with no option beyond the default country.

use callbell_import::mapping::Profile;

use crate::support::{Bench, sample};

/// What becomes of an export.
struct Expected {
    file: &'static str,
    profile: &'static str,
    country: &'static str,
    /// identifier, name, tags, note of what is created, in the order of the rows
    contacts: &'static [(&'static str, &'static str, &'static str, &'static str)],
    /// Codes of the rows that are left out.
    left_out: &'static [&'static str],
}

const EXPORTS: &[Expected] = &[
    Expected {
        file: "google.csv",
        profile: "google",
        country: "IT",
        contacts: &[
            ("393331234501", "Ada Lovelace", "VIP|Rome", "Met at the fair"),
            ("393331234502", "Bruno M. Conti", "", ""),
            ("393331234503", "Trattoria da Carla", "", ""),
        ],
        left_out: &[],
    },
    Expected {
        file: "google-old.csv",
        profile: "google-old",
        country: "IT",
        contacts: &[
            ("393331234501", "Ada Lovelace", "VIP", ""),
            ("393331234502", "Bruno Conti", "", "two\nlines"),
        ],
        left_out: &[],
    },
    Expected { file: "outlook.csv", profile: "outlook", country: "GB", contacts: OUTLOOK, left_out: &[] },
    Expected { file: "outlook-365.csv", profile: "outlook", country: "GB", contacts: OUTLOOK, left_out: &[] },
    Expected {
        file: "outlook-fr.csv",
        profile: "outlook",
        country: "FR",
        contacts: &[
            ("33612345601", "Zoé Bernard", "Clients|Paris", ""),
            ("33142345602", "Noël J. Chevalier", "", "Livraison\r\nau bureau"),
        ],
        left_out: &[],
    },
    Expected {
        file: "outlook-es.csv",
        profile: "outlook",
        country: "ES",
        contacts: &[
            ("34612345601", "Inés García López", "Clientes", ""),
            ("34911234502", "Tomás J. Ruiz", "", ""),
        ],
        left_out: &[],
    },
    Expected {
        file: "outlook-it.csv",
        profile: "outlook",
        country: "IT",
        contacts: &[
            ("393331234501", "Carla Ricci", "VIP|Roma", "Chiamare di mattina"),
            ("39067654321", "Bruno M. Conti", "", ""),
        ],
        left_out: &[],
    },
    Expected {
        file: "outlook-pt.csv",
        profile: "outlook",
        country: "BR",
        contacts: &[
            ("5511987654301", "João da Silva", "Clientes", ""),
            ("551134567802", "Ana M. Souza", "", "Prefere manhã"),
        ],
        left_out: &[],
    },
    Expected {
        file: "vcard.csv",
        profile: "vcard",
        country: "IT",
        contacts: &[
            ("393331234501", "Ada Lovelace", "VIP|Rome", "Met at the fair"),
            ("393331234502", "Trattoria da Carla", "", ""),
        ],
        left_out: &[],
    },
    Expected {
        file: "hubspot.csv",
        profile: "hubspot",
        country: "IT",
        contacts: &[
            ("447400123401", "Ada Lovelace", "", ""),
            ("33612345602", "Zoé Bernard", "", ""),
            ("393331234503", "Trattoria da Carla", "", ""),
        ],
        left_out: &[],
    },
    Expected {
        file: "salesforce-contacts.csv",
        profile: "salesforce-report",
        country: "IT",
        contacts: &[("393331234501", "Ada Lovelace", "", ""), ("39021234567", "Bruno Conti", "", "")],
        left_out: &[],
    },
    Expected {
        file: "salesforce-data-loader.csv",
        profile: "salesforce-data-loader",
        country: "IT",
        contacts: &[("393331234501", "Ada Lovelace", "", ""), ("39021234567", "Bruno Conti", "", "")],
        left_out: &[],
    },
    Expected {
        file: "zoho.csv",
        profile: "zoho",
        country: "IT",
        contacts: &[
            ("393331234501", "Ada Lovelace", "VIP|Rome", ""),
            ("39021234567", "Conti", "", "calls on Mondays"),
        ],
        left_out: &[],
    },
    Expected {
        file: "pipedrive.csv",
        profile: "pipedrive",
        country: "IT",
        contacts: &[
            ("393331234501", "Ada Lovelace", "Hot lead|VIP", ""),
            ("393331234503", "Carla Ricci", "", ""),
        ],
        left_out: &["unsubscribed"],
    },
    Expected {
        file: "pipedrive-fr.csv",
        profile: "pipedrive",
        country: "FR",
        contacts: &[("33612345601", "Zoé Bernard", "Client", "")],
        left_out: &[],
    },
    Expected {
        file: "mailchimp.csv",
        profile: "mailchimp",
        country: "IT",
        contacts: &[
            ("393331234501", "Ada Lovelace", "VIP|Rome, Italy", ""),
            ("393331234502", "bruno@example.com", "Blog", ""),
        ],
        left_out: &[],
    },
    Expected {
        file: "mailchimp-unsubscribed.csv",
        profile: "mailchimp",
        country: "IT",
        contacts: &[],
        left_out: &["unsubscribed"],
    },
    Expected {
        file: "manychat.tsv",
        profile: "manychat",
        country: "IT",
        contacts: &[("393331234501", "Ada Lovelace", "VIP|Rome", ""), ("393331234502", "Bruno", "", "")],
        left_out: &[],
    },
    Expected {
        file: "respond-io.csv",
        profile: "respond-io",
        country: "IT",
        contacts: &[("393331234501", "Ada Lovelace", "VIP|Rome", ""), ("33612345602", "Zoé", "", "")],
        left_out: &[],
    },
    Expected {
        file: "wati.csv",
        profile: "wati",
        country: "IT",
        contacts: &[("393331234501", "Ada Lovelace", "", ""), ("33612345602", "Zoé Bernard", "", "")],
        left_out: &["unsubscribed"],
    },
    Expected {
        file: "interakt.csv",
        profile: "interakt",
        country: "IT",
        contacts: &[("393331234501", "Ada Lovelace", "VIP|Rome", "")],
        left_out: &["unsubscribed"],
    },
    Expected {
        file: "chatwoot.csv",
        profile: "chatwoot",
        country: "IT",
        contacts: &[
            ("393331234501", "Ada Lovelace", "vip|rome", ""),
            ("393331234502", "Trattoria da Carla", "", ""),
        ],
        left_out: &[],
    },
    Expected {
        file: "shopify.csv",
        profile: "shopify",
        country: "IT",
        contacts: &[
            ("393331234501", "Ada Lovelace", "VIP|Rome", ""),
            ("33612345602", "Zoé Bernard", "", "Rings twice"),
        ],
        left_out: &["unsubscribed"],
    },
    Expected {
        file: "odoo.csv",
        profile: "odoo",
        country: "IT",
        contacts: &[
            ("393331234501", "Analytical Engines", "VIP|Rome", ""),
            ("39021234567", "Bruno Conti", "", ""),
        ],
        left_out: &["continuation_row"],
    },
    Expected {
        file: "odoo-labels.csv",
        profile: "odoo",
        country: "IT",
        contacts: &[("393331234501", "Ada Lovelace", "VIP", "")],
        left_out: &[],
    },
    Expected {
        file: "thunderbird-address-book.csv",
        profile: "thunderbird",
        country: "IT",
        contacts: &[
            ("393331234501", "Ada Lovelace", "", "Met at the fair"),
            ("39021234567", "Bruno Conti", "", ""),
        ],
        left_out: &[],
    },
];

/// Classic Outlook and Microsoft 365 write the same contacts.
const OUTLOOK: &[(&str, &str, &str, &str)] = &[
    ("447400123401", "Ada Lovelace", "VIP|London", "First line\r\nsecond line"),
    ("442079460961", "Bruno M. Conti", "", ""),
    ("447400123403", "Harbour Ltd", "", ""),
];

#[test]
fn every_export_imports_with_no_option_beyond_the_default_country() {
    for expected in EXPORTS {
        let bench = Bench::new();
        let file = sample(&format!("exports/{}", expected.file));
        let done = bench.run(file, &["--default-country", expected.country]);
        let shown = format!("{}: {}{}", expected.file, done.stdout, done.stderr);
        assert_eq!(done.code, i32::from(!expected.left_out.is_empty()), "{shown}");
        let delimiter = match expected.file {
            file if file.ends_with(".tsv") => b'\t',
            "outlook-fr.csv" | "outlook-es.csv" | "outlook-it.csv" | "outlook-pt.csv" => b';',
            _ => b',',
        };
        let done = done.conserved_with(delimiter);
        assert!(done.stderr.contains(&format!("({}", expected.profile)), "{shown}");
        assert!(done.stderr.contains("100 %"), "{shown}");
        let created: Vec<String> = done
            .results()
            .iter()
            .filter(|line| line["status"] == "created")
            .map(|line| line["uuid"].clone())
            .collect();
        let world = bench.sandbox().world();
        let found: Vec<(String, String, String, String)> = created
            .iter()
            .map(|uuid| {
                let contact = world.contacts().with_uuid(uuid).unwrap();
                let note = contact.note.clone().unwrap_or_default();
                (contact.identifier.clone(), contact.name.clone(), contact.tags.join("|"), note)
            })
            .collect();
        let wanted: Vec<(String, String, String, String)> = expected
            .contacts
            .iter()
            .map(|&(a, b, c, d)| (a.to_owned(), b.to_owned(), c.to_owned(), d.to_owned()))
            .collect();
        assert_eq!(found, wanted, "{shown}");
        let left_out: Vec<String> = done
            .results()
            .iter()
            .filter(|line| line["status"] == "invalid")
            .map(|line| line["code"].clone())
            .collect();
        assert_eq!(left_out, expected.left_out, "{shown}");
    }
}

#[test]
fn every_profile_has_an_export_and_every_export_a_place_in_the_table() {
    for profile in Profile::built_in() {
        assert!(EXPORTS.iter().any(|expected| expected.profile == profile.name), "{}", profile.name);
    }
    for entry in std::fs::read_dir(sample("exports")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        // Or in the table of layouts, which is about reading them.
        let is_layout = include_str!("formats.rs").contains(&format!("\"{name}\""));
        assert!(is_layout || EXPORTS.iter().any(|expected| expected.file == name), "{name}");
    }
}

#[test]
fn people_who_unsubscribed_are_counted_and_imported_only_if_asked_for() {
    let bench = Bench::new();
    let file = sample("exports/shopify.csv");
    let file = file.to_str().unwrap();
    let plan = bench.exact(["check", file, "--offline", "--out", "plan"]).expect(1).stdout;
    assert!(plan.contains("1  unsubscribed: the person does not want messages"), "{plan}");
    assert!(plan.contains("Accepts SMS Marketing: says who does not want messages"), "{plan}");
    assert!(plan.contains("3 in the file: 2 to send, 1 invalid"), "{plan}");
    let done = bench.run(file, &["--include-unsubscribed"]).expect(0).conserved();
    assert_eq!(done.number("created"), 3);
}

#[test]
fn a_profile_can_be_switched_off_chosen_and_brought_along() {
    let bench = Bench::new();
    let file = sample("exports/wati.csv");
    let file = file.to_str().unwrap();
    let check = |args: &[&str]| bench.exact([&["check", file, "--offline", "--out", "plan"], args].concat());
    let off = check(&["--profile", "none"]).expect(1);
    assert!(!off.stdout.contains("Profile"), "{}", off.stdout);
    assert!(check(&["--profile", "watti"]).expect(2).stderr.contains("did you mean `wati`?"));
    let own = "[profile]\nname = \"mine\"\ntitle = \"My list\"\nfingerprint = [\"Name\", \"City\"]\n\
        [map]\nidentifier = \"Phone\"\nname = \"{Name} of {City}\"\nnote = \"Not there\"\n\
        [options]\ncountry_code_column = \"CountryCode\"\n";
    bench.file("mine.toml", own);
    let own = check(&["--profile", "mine.toml", "--map", "note=City"]).expect(0);
    assert!(own.stdout.contains("My list (mine): as asked; 2 of the 2 columns"), "{}", own.stdout);
    assert!(own.stdout.contains("name       < {Name} of {City}  (profile)"), "{}", own.stdout);
    assert!(own.stdout.contains("note       < City"), "a flag wins over the profile: {}", own.stdout);
    assert!(own.stdout.contains("3 to send"), "{}", own.stdout);
}

#[test]
fn an_export_with_a_column_missing_is_a_guess_that_is_asked_for() {
    let bench = Bench::new();
    let header = "Name,CountryCode,Phone,AllowBroadcast\nAda,39,3331234501,TRUE\n";
    let file = bench.file("in.csv", header);
    let done = bench.run(&file, &[""; 0]).expect(2);
    assert!(done.stderr.contains("only guessed to be an export of WATI (4 of 5 columns)"), "{}", done.stderr);
    assert!(bench.identifiers().is_empty());
    bench.run(&file, &["--profile", "wati"]).expect(0).conserved();
    assert_eq!(bench.identifiers(), ["393331234501"]);
}

#[test]
fn a_guessed_profile_and_a_guessed_column_are_told_in_one_refusal_with_the_flags_for_both() {
    let bench = Bench::new();
    let header = "Full name,CountryCode,Phone,AllowBroadcast,AllowSMS\nAda,39,3331234501,TRUE,TRUE\n";
    let file = bench.file("in.csv", header);
    let done = bench.run(&file, &[""; 0]).expect(2);
    let told = "of WATI (4 of 5 columns), name is only guessed to be `Full name`, and there is no terminal";
    assert!(done.stderr.contains(told), "{}", done.stderr);
    assert!(done.stderr.contains("pass --profile none"), "{}", done.stderr);
    let flags = "these flags: --profile wati --map 'name=Full name'\n";
    assert!(done.stderr.ends_with(flags), "{}", done.stderr);
    bench.run(&file, &["--profile", "wati", "--map", "name=Full name"]).expect(0).conserved();
    assert_eq!(bench.identifiers(), ["393331234501"]);
}

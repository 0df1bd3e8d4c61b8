//! The message catalogue: whole in every language, and nothing that people read stands outside of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use callbell_import::cli::Exit;
use callbell_import::model::{Code, Status};
use callbell_import::undo::Reason;
use callbell_import::words::{Language, Message};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

use crate::support::Bench;

/// What a message is made of.
#[derive(Debug, Default, PartialEq, Eq)]
struct Parts {
    variables: BTreeSet<String>,
    /// What stands between the values.
    texts: Vec<String>,
}

fn of_pattern(pattern: &Pattern<&str>, parts: &mut Parts) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => parts.texts.push((*value).to_owned()),
            PatternElement::Placeable { expression: Expression::Inline(inline) } => of_inline(inline, parts),
            PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
                of_inline(selector, parts);
                variants.iter().for_each(|variant| of_pattern(&variant.value, parts));
            }
        }
    }
}

fn of_inline(inline: &InlineExpression<&str>, parts: &mut Parts) {
    match inline {
        InlineExpression::VariableReference { id } => {
            parts.variables.insert(id.name.to_owned());
        }
        InlineExpression::StringLiteral { value } => parts.texts.push((*value).to_owned()),
        InlineExpression::NumberLiteral { .. } => {}
        other => panic!("{other:?} is more than a message here needs"),
    }
}

/// The messages of a language by name; attributes are `message.attribute`.
fn messages(language: Language) -> BTreeMap<String, Parts> {
    let resource = fluent_syntax::parser::parse(language.source())
        .unwrap_or_else(|(_, errors)| panic!("{}.ftl: {errors:?}", language.tag()));
    let mut messages = BTreeMap::new();
    let mut add = |name: String, pattern: &Pattern<&str>| {
        let mut parts = Parts::default();
        of_pattern(pattern, &mut parts);
        assert!(
            messages.insert(name.clone(), parts).is_none(),
            "{name} is there twice in {}",
            language.tag()
        );
    };
    for entry in &resource.body {
        let Entry::Message(message) = entry else { continue };
        let name = message.id.name;
        add(name.to_owned(), message.value.as_ref().unwrap());
        for attribute in &message.attributes {
            add(format!("{name}.{}", attribute.id.name), &attribute.value);
        }
    }
    messages
}

#[test]
fn every_language_has_every_message_with_the_same_values() {
    let english = messages(Language::English);
    for &language in Language::ALL {
        let translated = messages(language);
        let names = |messages: &BTreeMap<String, Parts>| messages.keys().cloned().collect::<BTreeSet<_>>();
        let (wanted, there) = (names(&english), names(&translated));
        let lacking: Vec<_> = wanted.difference(&there).collect();
        let surplus: Vec<_> = there.difference(&wanted).collect();
        assert!(
            lacking.is_empty() && surplus.is_empty(),
            "{}: lacks {lacking:?}, {surplus:?} is in no other",
            language.tag()
        );
        for (name, parts) in &translated {
            assert_eq!(parts.variables, english[name].variables, "{name} in {}", language.tag());
        }
    }
}

/// What programs and commands read is the same in all of them.
#[test]
fn flags_files_and_codes_are_not_translated() {
    let tokens = |parts: &Parts| -> BTreeSet<String> {
        parts
            .texts
            .iter()
            .flat_map(|text| text.split(|c: char| c.is_whitespace() || "`'\"(),;:{}[]«»".contains(c)))
            .map(|word| word.trim_end_matches(['.', '?', '…']))
            .filter(|word| {
                word.starts_with("--")
                    || word.ends_with(".csv")
                    || word.ends_with(".log")
                    || word.starts_with("CALLBELL")
            })
            .map(|word| word.split('=').next().unwrap_or_default().to_owned())
            .collect()
    };
    let english = messages(Language::English);
    for &language in Language::ALL {
        for (name, parts) in messages(language) {
            assert_eq!(tokens(&parts), tokens(&english[&name]), "{name} in {}", language.tag());
        }
    }
}

#[test]
fn french_has_a_space_that_does_not_break_before_its_two_part_marks() {
    for (name, parts) in messages(Language::French) {
        let text = parts.texts.join("{}");
        for mark in [" :", " ;", " !", " ?", " »", "« ", " %"] {
            assert!(!text.contains(mark), "{name}: `{mark}` in {text}");
        }
    }
}

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("tests.rs") || path.ends_with("tests") {
            continue;
        }
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The files of `src` as they are compiled, without comments and without what stands in their tests.
fn code() -> Vec<(String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    sources(&src, &mut paths);
    let text = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap().to_owned();
        text.lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .fold(String::new(), |all, line| all + line + "\n")
    };
    paths.iter().map(|path| (path.strip_prefix(&src).unwrap().display().to_string(), text(path))).collect()
}

/// What stands between the parenthesis that `text` begins behind and the one that closes it, split at its commas.
fn arguments(text: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    let (mut depth, mut quoted, mut escaped) = (0, false, false);
    for c in text.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                all.push(String::new());
                continue;
            }
            _ => {}
        }
        all.last_mut().unwrap().push(c);
    }
    all.into_iter()
        .map(|argument| argument.trim().to_owned())
        .filter(|argument| !argument.is_empty())
        .collect()
}

/// Families of messages whose names are put together, with everything that may stand behind the hyphen.
fn families() -> BTreeMap<&'static str, Vec<String>> {
    let statuses: Vec<String> = Status::ALL.iter().map(ToString::to_string).collect();
    let io = ["open", "read", "write", "sync"].map(str::to_owned).to_vec();
    BTreeMap::from([
        ("code", Code::ALL.iter().map(ToString::to_string).collect()),
        ("exit", Exit::ALL.iter().map(|exit| exit.code().to_string()).collect()),
        ("status", statuses.iter().cloned().chain(["not-attempted".to_owned()]).collect()),
        ("counted", statuses),
        ("kept", Reason::ALL.iter().map(|reason| reason.as_str().to_owned()).collect()),
        ("journal", io.clone()),
        ("undo-log", io),
    ])
}

#[test]
fn the_program_says_what_is_in_the_catalogue_and_nothing_is_in_it_for_nobody() {
    let messages = messages(Language::English);
    let mut said: BTreeSet<String> = BTreeSet::new();
    for (file, code) in code() {
        for (at, opened) in code.match_indices("message!(").filter(|_| file != "words/message.rs") {
            let arguments = arguments(&code[at + opened.len()..]);
            let name = arguments[0].trim_matches('"').to_owned();
            let parts = messages.get(&name).unwrap_or_else(|| panic!("{file}: there is no message {name}"));
            let given: BTreeSet<String> = arguments[1..]
                .iter()
                .map(|argument| argument.split(['=', ' ']).next().unwrap().trim().to_owned())
                .collect();
            assert_eq!(given, parts.variables, "{file}: {name}");
            said.insert(name);
        }
        // Names that are chosen before they are said.
        said.extend(messages.keys().filter(|name| code.contains(&format!("\"{name}\""))).cloned());
    }
    for (family, members) in families() {
        for member in members {
            let name = format!("{family}-{member}");
            assert!(messages.contains_key(&name), "there is no message {name}");
            said.insert(name);
        }
    }
    // From templates/report.html, and what `fix` and `meaning` add to a name.
    let page = include_str!("../../templates/report.html");
    let is_said = |name: &String| {
        let (bare, attribute) = name.split_once('.').unwrap_or((name, ""));
        said.contains(name)
            || page.contains(&format!("\"{name}\""))
            || !attribute.is_empty() && said.contains(bare)
    };
    let nobodys: Vec<&String> = messages.keys().filter(|name| !is_said(name)).collect();
    assert!(nobodys.is_empty(), "nobody says {nobodys:?}");
}

/// The texts in quotes.
fn literals(code: &str) -> Vec<String> {
    let mut literals = Vec::new();
    let mut chars = code.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        match c {
            // A character in quotes, such as '"'.
            '\'' if chars.peek() == Some(&'"') || chars.peek() == Some(&'\\') => {
                let escaped = chars.next() == Some('\\');
                if escaped {
                    chars.next();
                }
                chars.next();
            }
            '"' => {
                let mut text = String::new();
                while let Some(c) = chars.next() {
                    match c {
                        '"' => break,
                        '\\' => match chars.next() {
                            Some('n') => text.push(' '),
                            Some('\n') => {
                                while chars.peek().is_some_and(|c| c.is_whitespace()) {
                                    chars.next();
                                }
                            }
                            Some(c) => text.push(c),
                            None => {}
                        },
                        c => text.push(c),
                    }
                }
                if before != 'r' {
                    literals.push(text);
                }
            }
            _ => {}
        }
        before = c;
    }
    literals
}

/// Whether a text is said to people: several words in a row that begin with small letters.
fn is_prose(text: &str) -> bool {
    let is_word = |word: &str| {
        let word = word.trim_end_matches([',', ';', ':', '.', '?']);
        word.len() > 1 && word.chars().all(|c| c.is_ascii_lowercase() || c == '-' || c == '\'')
    };
    let words: Vec<bool> = text.split(' ').map(is_word).collect();
    words.windows(3).any(|three| three.iter().all(|word| *word))
}

/// Files, or folders with a stroke at the end, whose words no catalogue has, and why.
const NOT_SAID: [(&str, &str); 28] = [
    ("cli/guard.rs", "a panic: the catalogue may be what is broken"),
    ("journal/own_file.rs", "inside of an error of the operating system"),
    ("fleet/job.rs", "the parser's errors"),
    ("fleet/log.rs", "inside of an error of the operating system"),
    ("sandbox/", "what a server says, in the vendor's language"),
    ("cli/args.rs", "help, and the parser's errors beside it"),
    ("cli/arg_values.rs", "the parser's errors"),
    ("verify/sample.rs", "the parser's errors"),
    ("model/shard.rs", "the parser's errors"),
    ("words/language.rs", "the parser's errors"),
    ("api/eraser.rs", "what the API says, in the vendor's language"),
    ("api/token.rs", "no words: the key of a fingerprint"),
    ("cli/fleet/names.rs", "no words: the key of a fingerprint"),
    ("api/fault.rs", "stands for what the server said, where it said nothing"),
    ("mapping/proposal.rs", "comments of a file that programs read"),
    ("mapping/file.rs", "the parser's errors"),
    ("monitoring/metrics.rs", "help of metrics, for programs"),
    ("monitoring/notice.rs", "help of metrics, for programs"),
    ("journal/storage.rs", "inside of an error of the operating system"),
    ("rate/shared.rs", "inside of an error of the operating system"),
    ("rate/turnstile.rs", "no words"),
    ("input/archive.rs", "inside of an error of the operating system"),
    ("input/zstd.rs", "inside of an error of the operating system"),
    ("input/ods_size.rs", "inside of an error of the operating system"),
    ("input/xls_size.rs", "inside of an error of the operating system"),
    ("input/trouble.rs", "inside of an error of the operating system"),
    ("run/report.rs", "details of a bug"),
    ("main.rs", "there is no program yet that could speak"),
];

#[test]
fn nothing_that_people_read_stands_outside_of_the_catalogue() {
    let mut exempt: BTreeSet<&str> = NOT_SAID.iter().map(|(file, _)| *file).collect();
    for (file, code) in code() {
        // Reasons of exceptions, promises and logs are for people who read the program.
        let logs: Vec<&str> = code.split("tracing::").collect();
        let code = logs.iter().enumerate().fold(String::new(), |all, (at, part)| {
            all + if at == 0 { part } else { part.split_once(';').map_or("", |(_, rest)| rest) }
        });
        let code: Vec<&str> = code
            .lines()
            .filter(|line| !["reason = \"", ".expect(\"", "assert"].iter().any(|word| line.contains(word)))
            .collect();
        let said: Vec<String> =
            literals(&code.join("\n")).into_iter().filter(|text| is_prose(text)).collect();
        let reason = NOT_SAID
            .iter()
            .find(|(exempt, _)| file == *exempt || exempt.ends_with('/') && file.starts_with(exempt));
        match reason {
            Some((name, _)) if !said.is_empty() => {
                exempt.remove(name);
            }
            Some(_) => {}
            None => assert!(said.is_empty(), "{file}: {said:?}: put them into src/words, see message!"),
        }
    }
    assert!(exempt.is_empty(), "these have no words any more: {exempt:?}");
}

/// Texts of the English catalogue that are long enough to be nobody's data, and that no other language uses.
fn english_texts() -> Vec<String> {
    let french: BTreeSet<String> =
        messages(Language::French).into_values().flat_map(|parts| parts.texts).collect();
    let texts = messages(Language::English).into_values().flat_map(|parts| parts.texts);
    texts
        .flat_map(|text| text.split('\n').map(|line| line.trim().to_owned()).collect::<Vec<_>>())
        .filter(|text| text.split(' ').filter(|word| word.len() > 1).count() >= 3 && !french.contains(text))
        .collect()
}

fn assert_french(text: &str, place: &str) {
    for english in english_texts() {
        assert!(!text.contains(&english), "{place} says \"{english}\":\n{text}");
    }
}

const MIXED: &str = "phone,name,tags,note,Colour\n\
    +393331234567,Ada,VIP,,red\n\
    12,Bob,,,\n\
    +393331234568,,,,\n\
    +393331234567,Ada,VIP,,red\n\
    +393331234569,Grace,VIP,,\n\
    +393331234561,Refused,,,\n";

#[test]
fn a_run_in_french_is_french_from_the_plan_to_the_report() {
    let bench = Bench::new();
    let file = bench.file("liste.csv", MIXED);
    let done = bench.run(&file, &["--lang", "fr", "--yes"]).expect(1);
    assert!(done.stderr.contains("Fichier") && done.stderr.contains("Première requête"), "{}", done.stderr);
    assert!(done.stdout.starts_with("6 lignes\u{a0}: "), "{}", done.stdout);
    assert!(
        done.stdout.contains("2 non valables") && done.stdout.contains("0 inexpliquée"),
        "{}",
        done.stdout
    );
    assert_french(&done.stderr, "the plan");
    assert_french(&done.stdout, "the closing words");
    let page = std::fs::read_to_string(done.folder.join("report.html")).unwrap();
    assert!(page.contains("<html lang=\"fr\">") && page.contains("demandent votre attention"), "{page}");
    assert_french(&page.replace("&#39;", "'").replace("&quot;", "\""), "the report");
    // What programs read is as in English.
    let lines = done.results();
    assert_eq!(lines[1]["status"], "invalid");
    assert_eq!(lines[1]["code"], "phone_length");
    assert_eq!(lines[1]["message"], "le numéro a 2 chiffres\u{202f}; c'est trop peu");
    assert_eq!(lines[3]["message"], "même contact et mêmes données que la ligne 1");
    let failures = std::fs::read_to_string(done.folder.join("failures.csv")).unwrap();
    assert!(
        failures.contains(",import_row,import_status,import_code,import_field,import_message"),
        "{failures}"
    );
    assert_french(&failures, "failures.csv");
}

#[test]
fn errors_and_their_hints_are_told_in_french() {
    let bench = Bench::new();
    let list = bench.file("liste.csv", "phone,name\n+393331234567,Ada\n");
    let list = list.to_str().unwrap();
    bench.file("essai.toml", "[optons]\nautomatic = true\n");
    for (words, code, expected) in [
        (vec!["run", "absent.csv", "--sandbox"], 3, "impossible de lire absent.csv"),
        (vec!["run", list, "--map", "identifer=phone", "--sandbox"], 2, "vouliez-vous dire `identifier`"),
        (vec!["check", list, "--offline", "--map", "name=nme"], 2, "le fichier n'a pas de colonne `nme`"),
        (vec!["check", list, "--offline", "--mapping", "essai.toml"], 2, "vouliez-vous dire `options`"),
        (vec!["status", "nulle-part"], 2, "il n'y a pas de dossier nulle-part"),
        (vec!["report", "nulle-part"], 2, "impossible de lire nulle-part/report.json"),
        (vec!["run", list, "--base-url", "http://example.com/v1"], 2, "--base-url est inutilisable"),
    ] {
        let mut command = bench.command(&words);
        let done = bench.finish(command.env("LC_ALL", "fr_FR.UTF-8").output().unwrap());
        assert_eq!(done.code, code, "{words:?}: {}", done.stderr);
        assert!(
            done.stderr.contains("erreur\u{a0}:") && done.stderr.contains(expected),
            "{words:?}: {}",
            done.stderr
        );
        assert_french(&done.stderr, &words.join(" "));
    }
}

#[test]
fn the_language_comes_from_flag_then_environment_then_settings_then_locale() {
    let bench = Bench::new();
    let list = bench.file("liste.csv", "phone,name\n+393331234567,Ada\n");
    let is_french = |flags: &[&str], environment: &[(&str, &str)]| {
        let mut command = bench.command(["check", list.to_str().unwrap(), "--offline"]);
        let done =
            bench.finish(command.args(flags).envs(environment.iter().copied()).output().unwrap()).expect(0);
        match (done.stdout.contains("Fichier"), done.stdout.contains("Input")) {
            (true, false) => true,
            (false, true) => false,
            _ => panic!("{}", done.stdout),
        }
    };
    assert!(!is_french(&[], &[]));
    assert!(is_french(&[], &[("LANG", "fr_FR.UTF-8")]));
    assert!(!is_french(&[], &[("LANG", "fr_FR.UTF-8"), ("LC_MESSAGES", "C")]));
    assert!(is_french(&[], &[("LC_MESSAGES", "en_US.UTF-8"), ("LC_ALL", "fr_CA")]));
    assert!(!is_french(&[], &[("LC_ALL", "fr_CA"), ("CALLBELL_IMPORT_LANG", "en")]));
    assert!(is_french(&["--lang", "fr"], &[("CALLBELL_IMPORT_LANG", "en")]));
    bench.file("callbell-import.toml", "lang = \"fr\"\n");
    assert!(is_french(&[], &[("LC_ALL", "en_US.UTF-8")]));
    assert!(!is_french(&[], &[("CALLBELL_IMPORT_LANG", "en")]));
    // Commands that take nothing else of a settings file speak as the run did whose folder they look at.
    bench.run(&list, &["--yes"]).expect(0);
    let page =
        |flags: &[&str]| bench.exact([&["report", "out", "--to", "-"], flags].concat()).expect(0).stdout;
    let status = || bench.exact(["status", "out"]).expect(0).stdout;
    assert!(page(&[]).contains("<html lang=\"fr\""));
    assert!(page(&["--lang", "en"]).contains("<html lang=\"en\""));
    let in_french = status();
    bench.file("callbell-import.toml", "default-preset = \"nightly\"\n[preset.nightly]\nlang = \"fr\"\n");
    assert_eq!(status(), in_french);
    // What is wrong with the file is told by those that need it.
    bench.file("callbell-import.toml", "lang = \"fr\"\nrat = 5\n");
    assert_eq!(status(), in_french);
    bench.file("callbell-import.toml", "lang = \"en\"\n");
    assert!(page(&[]).contains("<html lang=\"en\""));
    assert_ne!(status(), in_french);
}

#[test]
fn a_language_that_nobody_speaks_is_refused() {
    let bench = Bench::new();
    let done = bench.exact(["run", "x.csv", "--sandbox", "--lang", "klingon"]).expect(2);
    assert!(
        done.stderr.contains("'klingon'") && done.stderr.contains("expected one of en, fr"),
        "{}",
        done.stderr
    );
    let mut command = bench.command(["status", "x"]);
    let done = bench.finish(command.env("CALLBELL_IMPORT_LANG", "klingon").output().unwrap()).expect(2);
    assert!(done.stderr.contains("expected one of en, fr"), "{}", done.stderr);
    bench.file("callbell-import.toml", "lang = \"klingon\"\n");
    let done = bench.exact(["run", "x.csv", "--sandbox"]).expect(2);
    assert!(done.stderr.contains("line 1, column 1: `lang`"), "{}", done.stderr);
}

#[test]
fn a_run_that_has_nothing_to_do_makes_the_page_again_in_its_language_and_of_the_run_that_it_shows() {
    let bench = Bench::new();
    let file = bench.file("liste.csv", "phone,name\n+393331234567,Ada\n");
    let done = bench.run(&file, &["--yes"]).expect(0);
    let read = |name: &str| std::fs::read_to_string(done.folder.join(name)).unwrap();
    let story = read("report.json");
    assert!(read("report.html").contains("<html lang=\"en\""));
    for (lang, is_french) in [("fr", true), ("fr", true), ("en", false)] {
        bench.run(&file, &["--yes", "--lang", lang]).expect(0);
        assert_eq!(read("report.html").contains("<html lang=\"fr\""), is_french);
        assert_eq!(read("report.json"), story);
    }
}

/// What the journal keeps is nobody's language: the verdicts of a run in one are told in the other.
#[test]
fn a_run_goes_on_in_another_language_and_tells_everything_in_it() {
    let bench = Bench::with("[[faults]]\nkind = \"error\"\nuntil = 1\n");
    let file = bench.file("liste.csv", "phone,name\nada,Ada\n,Bob\n");
    let flags = ["--source", "instagram", "--yes", "--settle", "0"];
    let first = bench.run(&file, &[&flags[..], &["--lang", "fr"]].concat()).expect(8);
    let french = first.results();
    let second = bench.run(&file, &[&flags[..], &["--lang", "en"]].concat()).expect(8);
    let english = second.results();
    assert_eq!(french[1]["message"], "l'identifiant est vide");
    assert_eq!(english[1]["message"], "the identifier is empty");
    assert_eq!((&*french[0]["code"], &*english[0]["code"]), ("no_lookup", "no_lookup"));
    assert!(french[0]["message"].starts_with("le serveur a échoué (500)\u{202f}; "), "{french:?}");
    let told = "an earlier run left it open; the contact list shows no contact like it, which proves nothing";
    assert_eq!(english[0]["message"], told);
    let page = bench.exact(["report", "out", "--to", "-", "--lang", "fr"]).expect(0).stdout;
    assert!(page.contains("<html lang=\"fr\">"), "{page}");
    let page = bench.exact(["report", "out", "--to", "-"]).expect(0).stdout;
    assert!(page.contains("<html lang=\"en\">"), "{page}");
}

#[test]
fn what_stands_in_a_message_steers_no_terminal_and_is_no_html() {
    let hostile = "a\u{1b}[2J\u{202e}b<script>";
    for &language in Language::ALL {
        let told = Message::new("mapping-unknown-field").with("name", hostile).told_in(language);
        assert!(!told.contains('\u{1b}') && !told.contains('\u{202e}'), "{told:?}");
    }
    let bench = Bench::new();
    let header = format!("phone,name,{hostile}\n+393331234567,Ada,x\n");
    let done = bench.run(bench.file("liste.csv", header), &["--lang", "fr", "--yes"]).expect(0);
    assert!(!done.stderr.contains('\u{1b}') && !done.stderr.contains('\u{202e}'), "{:?}", done.stderr);
    let page = std::fs::read_to_string(done.folder.join("report.html")).unwrap();
    assert!(!page.contains("<script"), "{page}");
}

#[test]
fn numbers_and_plurals_are_those_of_the_language() {
    let rows = |count: u64, language| Message::new("counted-rows").with("rows", count).told_in(language);
    for (count, english, french) in [
        (0, "0 rows", "0 ligne"),
        (1, "1 row", "1 ligne"),
        (2, "2 rows", "2 lignes"),
        (9999, "9999 rows", "9999 lignes"),
        (10_000, "10000 rows", "10\u{202f}000 lignes"),
        (1_234_567, "1234567 rows", "1\u{202f}234\u{202f}567 lignes"),
    ] {
        assert_eq!(
            (rows(count, Language::English).as_str(), rows(count, Language::French).as_str()),
            (english, french)
        );
    }
}

#[test]
fn the_template_of_the_report_has_no_words_of_its_own() {
    let page = include_str!("../../templates/report.html");
    let body = &page[page.find("</style>").unwrap()..];
    let mut words = String::new();
    let mut rest = body;
    while let Some(at) = rest.find(['<', '{']) {
        words.push_str(&rest[..at]);
        words.push(' ');
        let end = match &rest[at..] {
            tag if tag.starts_with("{{") => "}}",
            tag if tag.starts_with("{%") => "%}",
            _ => ">",
        };
        // A tag may hold a value.
        let mut inside = &rest[at + 1..];
        while end == ">" && inside.find("{{").is_some_and(|value| value < inside.find('>').unwrap()) {
            inside = &inside[inside.find("}}").unwrap() + 2..];
        }
        rest = &inside[inside.find(end).unwrap() + end.len()..];
    }
    let words: Vec<&str> = words
        .split_whitespace()
        .filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 1)
        .collect();
    assert!(words.is_empty() || words == ["&lt;", "&gt;"], "{words:?}");
}

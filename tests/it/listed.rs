//! Contact lists of which nobody can say that they show everybody: they are not believed.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::support::{Bench, Done, Front, Says};

/// People of whom a list may or may not be true: that many are there, and as many again are not.
const THERE: u32 = 50;

fn number(person: u32) -> String {
    format!("39333{person:07}")
}

fn bench(api: &str) -> Bench {
    let mut toml = format!("[api]\n{api}\n");
    for person in 0..THERE {
        let number = number(person);
        writeln!(
            toml,
            "[[account.contacts]]\nidentifier = \"{number}\"\nsource = \"whatsapp\"\nname = \"Person {person}\""
        )
        .unwrap();
    }
    Bench::with(&toml)
}

fn import(bench: &Bench, base_url: &str) -> Done {
    let mut csv = "phone_number,name\n".to_owned();
    (0..2 * THERE).for_each(|person| writeln!(csv, "{},Person {person}", number(person)).unwrap());
    let file = bench.file("in.csv", csv);
    // The list is read on a slow machine, too, where with a rate it might be quicker to look row by row.
    let mut command = bench.command(["run", "--base-url", base_url, "--out", "out", "--rate", "none"]);
    bench.finish(command.arg(file).output().unwrap())
}

/// Each page of WhatsApp contacts is changed so; it is given the number of the page.
fn listed(bench: &Bench, change: fn(&mut Value, u64)) -> Front {
    Front::of(bench, move |line, _| {
        if !line.starts_with("GET /v1/contacts?source=whatsapp") {
            return Says::Itself;
        }
        Says::Changed(Box::new(move |page| {
            let number = page["meta"]["page"].as_u64().unwrap();
            change(page, number);
        }))
    })
}

fn contacts(page: &mut Value) -> &mut Vec<Value> {
    page["contacts"].as_array_mut().unwrap()
}

#[test]
fn a_list_that_may_lack_somebody_is_no_use_and_each_row_is_looked_up() {
    type Lie = fn(&mut Value, u64);
    let lies: [(&str, Lie, &str); 9] = [
        (
            "the end comes too early",
            |page, _| page["meta"]["next"] = Value::Null,
            "fewer contacts than it counts",
        ),
        (
            "and the pages are counted in quotes",
            |page, _| page["meta"] = json!({ "page": 1, "pages": "3", "next": null }),
            "fewer contacts than it counts",
        ),
        ("pages are short", |page, _| contacts(page).truncate(7), "fewer contacts than it counts"),
        (
            "one page is short",
            |page, number| contacts(page).truncate(if number == 2 { 7 } else { 20 }),
            "fewer contacts than it counts",
        ),
        (
            "one page is empty",
            |page, number| contacts(page).retain(|_| number != 2),
            "fewer contacts than it counts",
        ),
        (
            "the last page is empty",
            |page, number| contacts(page).retain(|_| number != 3),
            "fewer contacts than it counts",
        ),
        (
            "numbers are without their country",
            |page, _| {
                for contact in contacts(page) {
                    contact["phoneNumber"] =
                        json!(contact["phoneNumber"].as_str().unwrap().replace("39333", "333"));
                }
            },
            "not found under the number shown there",
        ),
        (
            "the source is another word",
            |page, _| contacts(page).iter_mut().for_each(|contact| contact["source"] = json!("wa")),
            "an unknown source",
        ),
        (
            "numbers are of somebody else",
            |page, _| {
                let contacts = contacts(page);
                let first = contacts[0]["phoneNumber"].take();
                contacts[0]["phoneNumber"] = contacts[1]["phoneNumber"].take();
                contacts[1]["phoneNumber"] = first;
            },
            "not found under the number shown there",
        ),
    ];
    for (what, lie, why) in lies {
        let bench = bench("");
        let front = listed(&bench, lie);
        let done = import(&bench, &front.base_url()).expect(0).conserved();
        assert!(done.stderr.contains(why), "{what}: {}", done.stderr);
        assert_eq!((done.number("created"), done.number("existing")), (50, 50), "{what}");
        assert_eq!(bench.doubles(), 0, "{what}");
    }
}

#[test]
fn the_case_of_a_source_and_pages_that_are_counted_in_quotes_make_no_difference() {
    let bench = bench("cursors = false");
    let front = listed(&bench, |page, number| {
        contacts(page).iter_mut().for_each(|contact| contact["source"] = json!("WhatsApp"));
        page["meta"] = json!({ "page": number.to_string(), "pages": page["meta"]["pages"].to_string() });
    });
    let done = import(&bench, &front.base_url()).expect(0).conserved();
    assert!(!done.stderr.contains("the contact list cannot be used"), "{}", done.stderr);
    assert_eq!((done.number("created"), done.number("existing"), bench.doubles()), (50, 50, 0));
}

/// Deletes a contact, as somebody in the dashboard does.
fn delete(base_url: &str, uuid: &str) {
    let address = base_url.trim_start_matches("http://").trim_end_matches("/v1");
    let mut stream = TcpStream::connect(address).unwrap();
    let token = crate::support::TOKEN;
    let head = format!("DELETE /v1/contacts/{uuid} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n");
    stream.write_all(format!("{head}authorization: Bearer {token}\r\n\r\n").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn somebody_whom_a_deletion_moves_over_the_edge_of_a_page_is_not_created_again() {
    for (api, most) in [("cursors = false", 1), ("", 1), ("cursors = false", usize::MAX)] {
        let bench = bench(api);
        let behind = bench.sandbox().base_url();
        // Each time the first page was read somebody on it is deleted; the first question is about tags.
        let front = Front::of(&bench, move |line, before| {
            let is_first = line.starts_with("GET /v1/contacts?source=whatsapp&page=1 ");
            if !is_first || before > most {
                return Says::Itself;
            }
            let behind = behind.clone();
            Says::Changed(Box::new(move |page| delete(&behind, contacts(page)[3]["uuid"].as_str().unwrap())))
        });
        let done = import(&bench, &front.base_url()).expect(0).conserved();
        assert_eq!(bench.doubles(), 0, "{api} {most}: {}", done.stderr);
        let moves_on = done.stderr.contains("the contact list changes faster than it can be read");
        assert_eq!(moves_on, most > 1, "{api} {most}: {}", done.stderr);
    }
}

#[test]
fn an_account_whose_first_page_is_empty_and_that_counts_more_is_not_taken_for_an_empty_one() {
    let bench = bench("");
    let front = Front::of(&bench, |line, _| {
        if !line.starts_with("GET /v1/contacts?") {
            return Says::Itself;
        }
        Says::Changed(Box::new(|page| {
            contacts(page).clear();
            page["meta"]["next"] = Value::Null;
        }))
    });
    let done = import(&bench, &front.base_url()).expect(0).conserved();
    assert_eq!((done.number("created"), done.number("existing"), bench.doubles()), (50, 50, 0));
}

//! The stand-in itself: every endpoint an importer uses, asked as the API's reference says.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use callbell_import::sandbox::{Played, Request, SandboxSettings, World, perform};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::support::Bench;

const ACCOUNT: &str = r#"
token = "t"
[account]
user_name = "Ada"
user_email = "ada@example.com"
tags = ["VIP"]
users = ["eve@example.com"]
[[account.custom_fields]]
label = "City"
type = "dropdown"
options = ["Rome", "Milan"]
[[account.custom_fields]]
label = "Likes"
type = "checkbox"
options = ["Sea", "Art"]
[[account.teams]]
uuid = "11111111111111111111111111111111"
name = "Sales"
members = ["bob@example.com", "eve@example.com"]
[[account.channels]]
uuid = "22222222222222222222222222222222"
title = "Main"
type = "whatsapp"
main = true
[[account.channels]]
uuid = "33333333333333333333333333333333"
title = "Old"
type = "telegram"
discarded = true
"#;

/// A world and someone who asks it.
struct Api {
    world: Arc<Mutex<World>>,
    origin: Instant,
}

impl Api {
    fn with(toml: &str) -> Self {
        let settings = SandboxSettings::from_toml(toml).unwrap();
        Self { world: Arc::new(Mutex::new(World::new(settings))), origin: Instant::now() }
    }

    async fn ask(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let request = Request {
            method: method.to_owned(),
            path: format!("/v1{path}"),
            query: query.to_owned(),
            authorization: Some("Bearer t".to_owned()),
            body: if body.is_null() { Vec::new() } else { body.to_string().into_bytes() },
        };
        match perform(&self.world, self.origin, request).await {
            Played::Answered(reply) => {
                (reply.status, serde_json::from_str(&reply.body).unwrap_or(Value::Null))
            }
            other => panic!("{other:?}"),
        }
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        self.ask("GET", path, Value::Null).await
    }

    async fn create(&self, number: usize) -> Value {
        let body = json!({ "identifier": format!("39333{number:07}"), "source": "whatsapp", "name": format!("P{number}") });
        let (status, answer) = self.ask("POST", "/contacts", body).await;
        assert_eq!(status, 201);
        answer["contact"].clone()
    }
}

#[tokio::test(start_paused = true)]
async fn identity_teams_members_channels_and_plan_are_as_the_reference_says() {
    let api = Api::with(ACCOUNT);
    let (status, me) = api.get("/auth/me").await;
    assert_eq!(
        (status, me),
        (200, json!({"status": "ok", "user_email": "ada@example.com", "user_name": "Ada", "api_key": "t"}))
    );
    let (_, teams) = api.get("/teams").await;
    assert_eq!(teams["teams"][0]["name"], "Sales");
    assert_eq!((&teams["teams"][0]["members"], &teams["meta"]["pages"]), (&json!(2), &json!(1)));
    let (_, members) = api.get("/teams/11111111111111111111111111111111/members").await;
    assert_eq!(members["users"][0]["email"], "bob@example.com");
    let (_, channels) = api.get("/channels?type=whatsapp").await;
    assert_eq!(channels["channels"].as_array().unwrap().len(), 1);
    let (_, active) = api.get("/channels?active=true").await;
    assert_eq!(active["channels"].as_array().unwrap().len(), 1);
    let (_, plan) = api.get("/plan").await;
    assert_eq!(plan["activeUsers"], 3, "the token's user is one, too");
    assert_eq!(api.get("/nothing").await.0, 404);
}

#[tokio::test(start_paused = true)]
async fn contacts_are_created_found_changed_and_deleted() {
    let api = Api::with(ACCOUNT);
    let body = json!({
        "identifier": "+39 333 0000001", "source": "whatsapp", "name": "Ada", "tags": ["VIP"],
        "custom_fields": {"City": "Rome", "Likes": ["Sea", "Art"]}, "note": "n"
    });
    let (status, created) = api.ask("POST", "/contacts", body).await;
    assert_eq!(status, 201);
    let contact = &created["contact"];
    assert_eq!(
        (&contact["phoneNumber"], &contact["customFields"]["Likes"]),
        (&json!("393330000001"), &json!("[\"Sea\", \"Art\"]"))
    );
    let uuid = contact["uuid"].as_str().unwrap();
    let (status, found) = api.get("/contacts/phone/393330000001").await;
    assert_eq!((status, &found["contact"]["uuid"]), (200, &contact["uuid"]));
    let (_, typed) = api.get(&format!("/contacts/{uuid}?include_field_types=true")).await;
    assert_eq!(typed["contact"]["customFieldsMetadata"]["City"]["options"], json!(["Rome", "Milan"]));
    let change = json!({"name": "Ada L", "tags": [], "custom_fields": {"City": "Milan"}, "note": ""});
    let (_, changed) = api.ask("PATCH", &format!("/contacts/{uuid}"), change).await;
    assert_eq!((&changed["contact"]["name"], &changed["contact"]["tags"]), (&json!("Ada L"), &json!([])));
    assert_eq!(changed["contact"]["customFields"], json!({"City": "Milan", "Likes": "[\"Sea\", \"Art\"]"}));
    assert_eq!(changed["contact"]["note"], Value::Null);
    let (status, gone) = api.ask("DELETE", &format!("/contacts/{uuid}"), Value::Null).await;
    assert_eq!((status, gone), (200, json!({"status": "contact was destroyed"})));
    assert_eq!(api.get(&format!("/contacts/{uuid}")).await.0, 404);
    assert_eq!(api.get("/contacts/phone/393330000001").await.0, 404);
}

#[tokio::test(start_paused = true)]
async fn lists_come_in_pages_of_twenty_and_a_cursor_walk_sees_no_later_contact() {
    let api = Api::with("token = \"t\"\n[api]\nlimit_per_second = 0");
    for number in 0..45 {
        api.create(number).await;
    }
    let (_, first) = api.get("/contacts").await;
    assert_eq!(first["contacts"].as_array().unwrap().len(), 20);
    assert_eq!(first["contacts"][0]["name"], "P44", "the most recent first");
    assert_eq!(first["meta"]["pages"], 3);
    api.create(99).await;
    let mut names: Vec<String> = Vec::new();
    let mut page = first;
    loop {
        let contacts = page["contacts"].as_array().unwrap();
        names.extend(contacts.iter().map(|contact| contact["name"].as_str().unwrap().to_owned()));
        let Some(next) = page["meta"]["next"].as_str() else { break };
        page = api.get(&format!("/contacts?after={next}")).await.1;
    }
    assert_eq!(names.len(), 45);
    assert!(!names.contains(&"P99".to_owned()));
    let (_, third) = api.get("/contacts?page=3").await;
    assert_eq!(third["contacts"].as_array().unwrap().len(), 6);
    assert_eq!(api.get("/contacts?page=501").await, (400, json!({"error": "Pagination limit exceeded"})));
    assert_eq!(
        api.get("/contacts?after=nonsense").await,
        (400, json!({"error": "Invalid pagination cursor"}))
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_wrong_is_told_by_parameter() {
    let api = Api::with(&format!(
        "{ACCOUNT}\n[api]\nunknown_tag = \"reject\"\nunknown_field = \"reject\"\nunknown_user = \"reject\""
    ));
    for (body, parameters) in [
        (json!({}), vec!["identifier", "name", "source"]),
        (json!({"identifier": "1", "source": "sms", "name": "A"}), vec!["source"]),
        (json!({"identifier": "1", "source": "whatsapp", "name": "A", "tags": "VIP"}), vec!["tags"]),
        (json!({"identifier": "1", "source": "whatsapp", "name": "A", "tags": ["New"]}), vec!["tags"]),
        (
            json!({"identifier": "1", "source": "whatsapp", "name": "A", "custom_fields": {"City": "Turin"}}),
            vec!["custom_fields"],
        ),
        (
            json!({"identifier": "1", "source": "whatsapp", "name": "A", "custom_fields": {"Age": 3}}),
            vec!["custom_fields"],
        ),
        (
            json!({"identifier": "1", "source": "whatsapp", "name": "A", "assigned_user": "nobody@x.it"}),
            vec!["assigned_user"],
        ),
        (
            json!({"identifier": "1", "source": "whatsapp", "name": "A", "note": "x".repeat(1001)}),
            vec!["note"],
        ),
        (
            json!({"identifier": "1", "source": "whatsapp", "name": "A", "bot_status": "x"}),
            vec!["bot_status"],
        ),
    ] {
        let (status, answer) = api.ask("POST", "/contacts", body.clone()).await;
        let named: Vec<_> = answer["error"].as_object().unwrap().keys().cloned().collect();
        assert_eq!((status, named), (422, parameters.into_iter().map(str::to_owned).collect()), "{body}");
    }
    assert!(api.world.lock().unwrap().contacts().is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_three_hundred_and_first_request_of_a_second_is_refused() {
    let api = Api::with("token = \"t\"");
    for number in 0..300 {
        api.create(number).await;
    }
    let (status, answer) = api.get("/contacts").await;
    assert_eq!((status, answer), (429, json!({"error": "rate limit exceeded"})));
    tokio::time::advance(std::time::Duration::from_secs(1)).await;
    assert_eq!(api.get("/contacts").await.0, 200);
}

#[tokio::test(start_paused = true)]
async fn another_token_is_not_authorized() {
    let api = Api::with("token = \"other\"");
    assert_eq!(api.get("/auth/me").await, (401, json!({"error": "not authorized"})));
}

#[tokio::test(start_paused = true)]
async fn a_second_contact_with_the_same_number_is_what_the_switch_says() {
    for (duplicate, status, contacts) in [
        ("second", 201, 2),
        ("existing", 201, 1),
        ("overwrite", 201, 1),
        ("conflict", 409, 1),
        ("invalid", 422, 1),
    ] {
        let api = Api::with(&format!("token = \"t\"\n[api]\nduplicate = \"{duplicate}\""));
        api.create(1).await;
        let again = json!({"identifier": "+39 333 0000001", "source": "whatsapp", "name": "B"});
        assert_eq!(api.ask("POST", "/contacts", again).await.0, status, "{duplicate}");
        let world = api.world.lock().unwrap();
        assert_eq!((world.contacts().len(), world.contacts().doubles().len()), (contacts, contacts - 1));
    }
}

#[test]
fn a_visitor_sees_what_it_holds() {
    let bench = Bench::new();
    bench
        .run(bench.file("in.csv", "phone_number,name\n+393331234567,<script>alert(1)</script>\n"), &[""; 0])
        .expect(0);
    let get = |path: &str| {
        let address = bench.sandbox().page_url().replace("http://", "");
        let mut connection = TcpStream::connect(address.trim_end_matches('/')).unwrap();
        write!(connection, "GET {path} HTTP/1.1\r\nhost: sandbox\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        answer
    };
    let page = get("/");
    assert!(page.contains("1 contacts, 0 created twice") && page.contains("393331234567"), "{page}");
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script>"));
    let ledger = get("/sandbox/ledger");
    let body = &ledger[ledger.find('{').unwrap()..=ledger.rfind('}').unwrap()];
    let ledger: Value = serde_json::from_str(body).unwrap();
    assert_eq!(
        (&ledger["contacts"][0]["identifier"], &ledger["doubles"]),
        (&json!("393331234567"), &json!(0))
    );
    assert_eq!(ledger["requests"]["POST /contacts"], 1);
}

#[test]
fn the_sandbox_command_tells_where_it_is_and_serves_until_it_is_stopped() {
    use std::io::{BufRead as _, BufReader};
    let bench = Bench::new();
    // Its `--config` is no settings file.
    bench.file("weather.toml", "[api]\nlatency_ms = 1\n");
    let mut child = bench.command(["sandbox", "--config", "weather.toml", "-v"]).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let base = lines.next().unwrap().unwrap().replace("base_url=", "");
    let token = lines.next().unwrap().unwrap().replace("token=", "");
    let file = crate::support::sample("contacts.csv");
    let mut command = bench.command(["run", file.to_str().unwrap(), "--base-url", &base, "--out", "out"]);
    bench.finish(command.env("CALLBELL_API_KEY", token).output().unwrap()).expect(0).conserved();
    std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let done = bench.finish(child.wait_with_output().unwrap()).expect(130);
    assert!(done.stderr.contains("The sandbox held 20 contacts."), "{}", done.stderr);
    let created: Vec<&str> = done.stderr.lines().filter(|line| line.contains("POST /contacts")).collect();
    assert_eq!(created.len(), 20, "{}", done.stderr);
    assert!(created.iter().all(|line| line.contains("status=20")), "{created:?}");
    assert!(!done.stderr.contains("39333"), "{}", done.stderr);
}

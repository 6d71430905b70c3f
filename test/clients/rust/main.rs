//! Obeys commands on stdin and tells on stdout what comes of them, a JSON object a line.
mod haggle;

use haggle::Haggle;
use serde_json::{json, Value};
use std::io::{stdin, BufRead, Write};
use std::sync::{Arc, Mutex};

fn tell(line: Value) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let token = Arc::new(Mutex::new(args[2].clone()));
    let haggle = Haggle::new(&args[1], Arc::new(|event, payload| tell(json!({ "event": event, "payload": payload }))));
    for line in stdin().lock().lines() {
        let Ok(line) = line else { break };
        let command: Value = serde_json::from_str(&line).expect("a command");
        let (haggle, token) = (haggle.clone(), token.clone());
        std::thread::spawn(move || {
            let id = &command["id"];
            match obey(&haggle, &token, &command) {
                Ok(answer) => tell(json!({ "id": id, "answer": answer })),
                Err(error) => tell(json!({ "id": id, "failed": error })),
            }
        });
    }
}

fn obey(haggle: &Arc<Haggle>, token: &Mutex<String>, command: &Value) -> Result<Value, String> {
    match command["do"].as_str().unwrap_or_default() {
        "connect" => {
            let token = token.lock().unwrap().clone();
            haggle.connect(&token).map(|_| Value::Null).map_err(|error| error.to_string())
        }
        "close" => {
            haggle.close();
            Ok(Value::Null)
        }
        "renew" => {
            let renewed = command["token"].as_str().unwrap_or_default();
            *token.lock().unwrap() = renewed.to_owned();
            haggle.request("session:refresh", json!({ "token": renewed })).ok_or("no answer".to_owned())
        }
        _ => {
            let event = command["event"].as_str().unwrap_or_default();
            haggle.request(event, command["payload"].clone()).ok_or("no answer".to_owned())
        }
    }
}

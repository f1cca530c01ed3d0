//! A client of the language server, as small as can be: one process, asked over its standard input.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::node;

/// The longest that an answer may take, on a machine that does much else.
const AT_MOST: Duration = Duration::from_mins(3);
/// The server's script, from where the packages are.
pub(super) const SERVER: &str = "node_modules/yaml-language-server/bin/yaml-language-server";

/// The language server, working on one directory.
pub(super) struct Editor {
    child: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    root: PathBuf,
    settings: Value,
    asked: i64,
    /// What was said of each file, until somebody asks.
    said: BTreeMap<String, VecDeque<Vec<Value>>>,
}

impl Editor {
    /// A server for the files below `root`; `schemas` says which schema is whose, as the setting `yaml.schemas` does.
    pub(super) fn open(root: &Path, schemas: &[(&str, &str)]) -> Self {
        // Editors name a directory by its own path, not by a link to it.
        let root = root.canonicalize().unwrap();
        let mut child = node::installed()
            .script(SERVER)
            .arg("--stdio")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (sender, messages) = channel();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        // The server's `**` passes no directory whose name begins with a dot, so the whole path is in the pattern.
        let whole =
            |files: &str| root.join(files).to_string_lossy().replace('\\', "/").trim_start_matches('/').to_owned();
        let schemas: BTreeMap<String, String> =
            schemas.iter().map(|(schema, files)| (uri(&root.join(schema)), whole(files))).collect();
        // No catalogue of schemas is fetched from anywhere.
        let settings = json!({ "validate": true, "hover": true, "completion": true, "hoverSchemaSource": false,
            "schemaStore": { "enable": false }, "kubernetesCRDStore": { "enable": false }, "schemas": schemas });
        let input = child.stdin.take().unwrap();
        let mut editor = Self { child, input, messages, root, settings, asked: 0, said: BTreeMap::new() };
        editor.greet();
        editor
    }

    fn greet(&mut self) {
        let root = uri(&self.root);
        self.ask(
            "initialize",
            &json!({ "processId": null, "rootUri": root, "workspaceFolders": [{ "uri": root, "name": "stacks" }],
                "capabilities": {
                    "workspace": { "configuration": true },
                    "textDocument": {
                        "completion": { "completionItem": { "snippetSupport": true, "documentationFormat": ["markdown"] } },
                        "hover": { "contentFormat": ["markdown"] },
                    },
                } }),
        );
        self.tell("initialized", &json!({}));
        self.tell("workspace/didChangeConfiguration", &json!({ "settings": { "yaml": self.settings } }));
        // Until the settings have come into force, nothing is wrong with any file.
        let canary = "stacks/canary.yaml";
        let mut version = 1;
        while self.diagnostics(canary, version, "nothing: known\n").is_empty() {
            version += 1;
            assert!(version < 50, "the language server never takes up its settings");
        }
    }

    /// What the server says of a file with this text, which need not be on the disk.
    pub(super) fn diagnostics(&mut self, file: &str, version: i64, text: &str) -> Vec<Value> {
        self.show(file, version, text);
        self.said_of(file)
    }

    /// What the server says of a file that has been shown.
    pub(super) fn said_of(&mut self, file: &str) -> Vec<Value> {
        let uri = uri(&self.root.join(file));
        loop {
            if let Some(said) = self.said.get_mut(&uri).and_then(VecDeque::pop_front) {
                return said;
            }
            self.hear();
        }
    }

    /// Opens a file, or tells that its text is another now.
    pub(super) fn show(&mut self, file: &str, version: i64, text: &str) {
        let uri = uri(&self.root.join(file));
        if version == 1 {
            let document = json!({ "uri": uri, "languageId": "yaml", "version": version, "text": text });
            self.tell("textDocument/didOpen", &json!({ "textDocument": document }));
        } else {
            let document = json!({ "uri": uri, "version": version });
            self.tell(
                "textDocument/didChange",
                &json!({ "textDocument": document, "contentChanges": [{ "text": text }] }),
            );
        }
    }

    /// What the server answers for a place in an open file.
    pub(super) fn at(&mut self, method: &str, file: &str, (line, character): (usize, usize)) -> Value {
        let uri = uri(&self.root.join(file));
        self.ask(
            &format!("textDocument/{method}"),
            &json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": character } }),
        )
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.asked += 1;
        let id = self.asked;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = self.hear();
            if message["id"] == id && message.get("method").is_none() {
                assert!(message.get("error").is_none(), "{method}: {message}");
                return message["result"].clone();
            }
        }
    }

    fn tell(&mut self, method: &str, params: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        self.input.flush().unwrap();
    }

    /// The next message, after what must be done about it.
    fn hear(&mut self) -> Value {
        let message = self.messages.recv_timeout(AT_MOST).expect("the language server answers");
        match message["method"].as_str() {
            Some("textDocument/publishDiagnostics") => {
                let said = message["params"]["diagnostics"].as_array().cloned().unwrap_or_default();
                let uri = message["params"]["uri"].as_str().unwrap().to_owned();
                self.said.entry(uri).or_default().push_back(said);
            }
            Some(method) if message.get("id").is_some() => {
                let result = match method {
                    "workspace/configuration" => {
                        let asked = message["params"]["items"].as_array().cloned().unwrap_or_default();
                        let settings = asked.iter().map(|item| match item["section"].as_str() {
                            Some("yaml") => self.settings.clone(),
                            _ => json!({}),
                        });
                        settings.collect()
                    }
                    _ => Value::Null,
                };
                self.send(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": result }));
            }
            _ => {}
        }
        message
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn uri(path: &Path) -> String {
    let path = path.to_string_lossy().replace('\\', "/");
    format!("file:///{}", path.trim_start_matches("//?/").trim_start_matches('/'))
}

fn read(from: &mut impl BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if from.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            Some(("Content-Length", number)) => length = number.parse().ok(),
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length?];
    from.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

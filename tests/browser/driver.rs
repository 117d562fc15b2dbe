//! Chromium's driver: one process for all tests of this process.

use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

use crate::window::Size;

/// A driver that runs, and the Chromium that it starts.
pub(crate) struct Driver {
    /// `127.0.0.1:PORT`
    address: String,
    chromium: PathBuf,
    /// The driver ends when this process does, however it does: then the shell above it reads the end of its input.
    _shell: Child,
}

/// Ends with its input, and takes the driver along.
const SHELL: &str = r#""$0" --port=0 </dev/null 2>/dev/null & read -r _; kill $!; wait"#;

impl Driver {
    /// The driver of this process; `None`, said once on stderr, where it or Chromium is not installed.
    pub(crate) fn get() -> Option<&'static Self> {
        static DRIVER: OnceLock<Option<Driver>> = OnceLock::new();
        DRIVER
            .get_or_init(|| {
                let programs = program("CHROMIUM", "chromium").zip(program("CHROMEDRIVER", "chromedriver"));
                let Some((chromium, driver)) = programs else {
                    let required = env::var("BROWSER_TESTS").is_ok_and(|word| word == "required");
                    assert!(!required, "Chromium or its driver is not installed, and BROWSER_TESTS is `required`");
                    // Not by a macro, whose output the test runner would keep to itself.
                    let _ = writeln!(std::io::stderr(), "browser tests: not run, no Chromium");
                    return None;
                };
                Some(Self::start(chromium, &driver))
            })
            .as_ref()
    }

    fn start(chromium: PathBuf, driver: &Path) -> Self {
        let mut shell = Command::new("sh")
            .args(["-c", SHELL])
            .arg(driver)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell starts");
        let mut lines = BufReader::new(shell.stdout.take().expect("the output is piped")).lines();
        let port = lines
            .find_map(|line| {
                let line = line.expect("the driver says its port");
                let (_, port) = line.split_once("successfully on port ")?;
                port.trim_end_matches('.').parse::<u16>().ok()
            })
            .expect("the driver says its port");
        // What else it says must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self { address: format!("127.0.0.1:{port}"), chromium, _shell: shell }
    }

    /// Starts a browser, with an empty profile that goes when it ends.
    pub(crate) async fn open(&self, size: Size) -> Client {
        let (width, height, scale) = size.pixels();
        let phone = matches!(size, Size::Phone);
        // As root there is no sandbox. What loads without being asked for is switched off.
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-extensions",
            "--no-first-run",
            "--no-proxy-server",
            "--force-prefers-reduced-motion",
            "--lang=en-US",
        ];
        let capabilities = json!({
            "goog:chromeOptions": {
                "binary": self.chromium,
                "args": arguments,
                "mobileEmulation": { "deviceMetrics": {
                    "width": width, "height": height, "pixelRatio": scale, "touch": phone, "mobile": phone,
                } },
            },
            "timeouts": { "script": 120_000, "pageLoad": 60_000 },
        });
        let capabilities: Capabilities = serde_json::from_value(capabilities).expect("an object");
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let url = format!("http://{}", self.address);
        builder.capabilities(capabilities).connect(&url).await.expect("Chromium starts")
    }

    /// Ends a browser, waiting until it has. Not asynchronous, so that it can be done also when a test panics.
    pub(crate) fn close(&self, session: &str) {
        let Ok(mut stream) = TcpStream::connect(&self.address) else { return };
        let request = format!("DELETE /session/{session} HTTP/1.1\r\nhost: {}\r\n\r\n", self.address);
        if stream.write_all(request.as_bytes()).is_ok() {
            // It answers when the browser has ended, and leaves the connection open.
            let _ended_already = stream.read(&mut [0; 16]);
        }
    }
}

/// A program that a variable names, or one of the path.
fn program(variable: &str, name: &str) -> Option<PathBuf> {
    if let Some(named) = env::var_os(variable).filter(|named| !named.is_empty()) {
        let named = PathBuf::from(named);
        assert!(named.is_file(), "{variable} names {}, which is no file", named.display());
        return Some(named);
    }
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file())
}

//! Where requests go: proxies, addresses that are refused, and drives that are not there.

use std::io::BufRead as _;
use std::io::BufReader;
use std::net::TcpListener;

use crate::harness::Home;
use crate::harness::TestDrive;

#[test]
fn a_proxy_is_used_for_the_world_and_by_passed_on_this_machine() {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let with_proxy = |home: Home| {
        ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"]
            .into_iter()
            .fold(home, |home, name| home.with(name, &address))
    };
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = with_proxy(Home::on(&drive.url));
    home.run(&["install", "pdf"]).exits(0);

    let home = with_proxy(Home::on("https://drive.example"));
    let _running = home.start(&["search", "pdf"]);
    // The first to come: the requests above passed it by.
    let (stream, _) = proxy.accept().unwrap();
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).unwrap();
    assert_eq!(line, "CONNECT drive.example:443 HTTP/1.1\r\n");
}

#[test]
fn an_address_that_would_give_the_key_away_is_refused() {
    let home = Home::new();
    for server in [
        "http://drive.example",
        "http://127.0.0.1.drive.example",
        "https://user:canary@drive.example",
        "ftp://drive.example",
        "drive.example",
        "",
    ] {
        let run = home.run(&["whoami", "--server", server]).exits(2);
        assert!(run.stderr.contains("hint: a drive is ") && !run.stderr.contains("canary"), "{server}\n{run}");
    }
    home.write(".config/skillzdrive/config.toml", "server = \"http://drive.example\"\n");
    home.without("SKILLZDRIVE_SERVER").run(&["whoami"]).exits(2);
}

#[test]
fn a_drive_that_is_not_there_is_unavailable_and_says_where_it_should_be() {
    // The port was free a moment ago and nobody listens there.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let run = Home::on(&format!("http://127.0.0.1:{port}")).run(&["search", "pdf"]).exits(6);
    assert!(run.stderr.starts_with(&format!("error: could not connect to 127.0.0.1:{port}")), "{run}");
    assert!(run.stderr.contains("hint: check the network and --server"), "{run}");
}

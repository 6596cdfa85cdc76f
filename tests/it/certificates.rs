//! Whose certificates are believed, and through which proxy the drive is reached.
//!
//! On Linux alone: elsewhere the system has rules of its own, such as how long a certificate may last.

use crate::harness::Front;
use crate::harness::Home;
use crate::harness::Proxy;
use crate::harness::TestDrive;
use crate::harness::certificate;

fn drive() -> TestDrive {
    let drive = TestDrive::with(|config| config.allowed_hosts = vec!["drive.example".to_owned()]);
    drive.publish("pdf", "one");
    drive
}

fn believing(home: Home, name: &str) -> Home {
    home.with("SSL_CERT_FILE", &certificate(name).display().to_string())
}

#[test]
fn an_authority_is_believed_only_when_it_is_named() {
    let drive = drive();
    let front = Front::start("drive", &drive.url);
    let run = believing(Home::on(&front.url()), "ca").run(&["search", "pdf"]).exits(0);
    assert!(run.stdout.contains("pdf"), "{run}");

    drive.forget();
    let home = Home::on(&front.url());
    insta::assert_snapshot!(home.run(&["search", "pdf"]), @"
    ------- stderr -------
    error: could not connect to 127.0.0.1:[PORT]: its certificate is signed by no authority that this machine believes (UnknownIssuer)

    hint: set SSL_CERT_FILE to a file with your certificate authority, and check the clock
    [exit status: 6]
    ");
    assert!(drive.asked().is_empty());
}

#[test]
fn a_certificate_that_signed_itself_is_refused() {
    let drive = drive();
    let front = Front::start("self", &drive.url);
    insta::assert_snapshot!(believing(Home::on(&front.url()), "ca").run(&["search", "pdf"]), @"
    ------- stderr -------
    error: could not connect to 127.0.0.1:[PORT]: its certificate is signed by no authority that this machine believes (UnknownIssuer)

    hint: set SSL_CERT_FILE to a file with your certificate authority, and check the clock
    [exit status: 6]
    ");
    assert!(drive.asked().is_empty());
}

#[test]
fn a_certificate_for_another_host_is_refused() {
    let drive = drive();
    let front = Front::start("other", &drive.url);
    insta::assert_snapshot!(believing(Home::on(&front.url()), "ca").run(&["search", "pdf"]), @r#"
    ------- stderr -------
    error: could not connect to 127.0.0.1:[PORT]: invalid peer certificate: certificate not valid for name "127.0.0.1"; certificate is only valid for DnsName("other.example")

    hint: check --server; no authority in SSL_CERT_FILE makes one host's certificate good for another
    [exit status: 6]
    "#);
    assert!(drive.asked().is_empty());
}

#[test]
fn a_clock_that_is_years_off_is_suspected() {
    // To a clock two years ahead a good certificate has run out, to one two years behind it is not valid yet.
    let drive = drive();
    for (name, says) in
        [("past", "its certificate has run out, if it is "), ("future", "its certificate is not valid yet, if it is ")]
    {
        let front = Front::start(name, &drive.url);
        let run = believing(Home::on(&front.url()), "clock-ca").run(&["search", "pdf"]).exits(6);
        assert!(run.stderr.contains(says) && run.stderr.contains(" as this machine's clock says\n"), "{run}");
        assert!(
            run.stderr
                .ends_with("hint: check this machine's date and time; if they are right, tell the drive's operator\n"),
            "{run}"
        );
        assert!(drive.asked().is_empty());
    }
}

#[test]
fn no_flag_makes_a_wrong_certificate_right() {
    let drive = drive();
    let front = Front::start("self", &drive.url);
    let help = Home::new().run(&["search", "--help"]).exits(0);
    assert!(!["insecure", "verify", "certificate", "tls"].iter().any(|word| help.stdout.contains(word)), "{help}");
    for flag in ["--insecure", "--no-verify", "-k", "--no-check-certificate"] {
        believing(Home::on(&front.url()), "ca").run(&["search", "pdf", flag]).exits(2);
    }
    let all = ["-y", "--no-input", "--verbose"];
    believing(Home::on(&front.url()), "ca").run(&[&["search", "pdf"], &all[..]].concat()).exits(6);
    assert!(drive.asked().is_empty());
}

#[test]
fn a_file_without_certificates_is_named() {
    let home = Home::on("https://127.0.0.1:9");
    let file = home.write("key.pem", std::fs::read(certificate("key")).unwrap());
    let home = home.with("SSL_CERT_FILE", &file.display().to_string());
    insta::assert_snapshot!(home.run(&["search", "pdf"]), @"
    ------- stderr -------
    error: SSL_CERT_FILE: `[HOME]/key.pem` holds no certificates in PEM form
    [exit status: 2]
    ");
    let home = home.with("SSL_CERT_FILE", "/nowhere/ca.pem");
    insta::assert_snapshot!(home.run(&["search", "pdf"]), @"
    ------- stderr -------
    error: could not read the certificates of SSL_CERT_FILE `/nowhere/ca.pem`
      caused by: No such file or directory (os error 2)
    [exit status: 1]
    ");
}

#[test]
fn a_download_goes_from_https_to_no_http() {
    let drive = drive();
    let front = Front::start("drive", &drive.url);
    let home = believing(Home::on(&front.url()), "ca");
    // The storage of the test's drive speaks plain HTTP.
    insta::assert_snapshot!(home.run(&["install", "pdf"]), @"
    ------- stderr -------
    skillzdrive tells the drive which of its commands were used: command, version, system, names of public skills, counts, and a random number for this installation, never your files. `skillzdrive telemetry show` prints every event; DO_NOT_TRACK=1 counts without tracking.
    error: `pdf`: 127.0.0.1:[PORT] redirects to http:// at 127.0.0.1:[PORT], which is not safe
    [exit status: 1]
    ");
    assert!(drive.storage_asked().is_empty());
    assert!(!home.path("skillzdrive.lock").exists());
}

#[test]
fn a_host_of_the_world_is_reached_through_the_proxy() {
    let drive = drive();
    let front = Front::start("drive", &drive.url);
    let proxy = Proxy::to(&front);
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        let home = believing(Home::on("https://drive.example"), "ca").with(name, &proxy.url());
        let run = home.run(&["search", "pdf"]).exits(0);
        assert!(run.stdout.contains("pdf"), "{name}\n{run}");
    }
    let asked = proxy.asked();
    assert!(asked.len() >= 3, "{asked:?}");
    for head in asked {
        assert!(head.starts_with("CONNECT drive.example:443 HTTP/1.1\r\n"), "{head}");
        // `person:canary`, for the proxy alone.
        assert!(head.to_ascii_lowercase().contains("proxy-authorization: basic cgvyc29uomnhbmfyeq==\r\n"), "{head}");
        assert!(!head.to_ascii_lowercase().contains("install-id"), "{head}");
    }
    let heads = drive.asked();
    assert!(heads.iter().all(|asked| !asked.headers.contains_key("proxy-authorization")));
}

#[test]
fn a_proxy_changes_nothing_about_whom_to_believe() {
    let drive = drive();
    let front = Front::start("other", &drive.url);
    let proxy = Proxy::to(&front);
    let home = believing(Home::on("https://drive.example"), "ca").with("HTTPS_PROXY", &proxy.url());
    insta::assert_snapshot!(home.run(&["search", "pdf"]), @r#"
    ------- stderr -------
    error: could not connect to drive.example through the proxy 127.0.0.1:[PORT]: invalid peer certificate: certificate not valid for name "drive.example"; certificate is only valid for DnsName("other.example")

    hint: check --server; no authority in SSL_CERT_FILE makes one host's certificate good for another
    [exit status: 6]
    "#);
    assert!(drive.asked().is_empty());
}

#[test]
fn this_machine_and_what_no_proxy_names_are_reached_directly() {
    let drive = drive();
    let front = Front::start("drive", &drive.url);
    let proxy = Proxy::closed();
    for url in [front.url(), front.url().replace("127.0.0.1", "localhost"), drive.url.clone()] {
        let home = believing(Home::on(&url), "ca").with("ALL_PROXY", &proxy.url()).with("HTTPS_PROXY", &proxy.url());
        home.run(&["search", "pdf"]).exits(0);
    }
    // A name under `.invalid` is nowhere, and finding that out is up to this machine.
    let home = Home::on("https://drive.invalid").with("HTTPS_PROXY", &proxy.url()).with("NO_PROXY", ".invalid");
    let run = home.run(&["search", "pdf"]).exits(6);
    assert!(run.stderr.starts_with("error: could not connect to drive.invalid"), "{run}");
    assert_eq!(proxy.asked(), Vec::<String>::new());
}

#[test]
fn a_proxy_that_is_not_there_is_named_without_its_password() {
    let home = Home::on("https://drive.example").with("HTTPS_PROXY", "http://person:canary@127.0.0.1:9");
    insta::assert_snapshot!(home.run(&["search", "pdf"]), @"
    ------- stderr -------
    error: could not connect to drive.example through the proxy 127.0.0.1:[PORT]: tcp connect error: Connection refused (os error 111)

    hint: check HTTPS_PROXY, ALL_PROXY and NO_PROXY; NO_PROXY names the hosts that need no proxy
    [exit status: 6]
    ");
}

#[test]
fn a_proxy_that_refuses_is_named_without_its_password() {
    let proxy = Proxy::closed();
    let home = Home::on("https://drive.example").with("HTTPS_PROXY", &proxy.url());
    insta::assert_snapshot!(home.run(&["search", "pdf"]), @"
    ------- stderr -------
    error: could not connect to drive.example through the proxy 127.0.0.1:[PORT]: tunnel error: proxy authorization required

    hint: set HTTPS_PROXY to http://NAME:PASSWORD@HOST:PORT
    [exit status: 6]
    ");
}

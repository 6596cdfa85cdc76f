//! Uploading a skill in a browser, from the address that the program prints, with and without scripts.

use crate::harness::Chromium;
use crate::harness::Home;
use crate::harness::TestDrive;
use crate::harness::skill_md;

/// A zip of one skill, beside the home.
fn zipped(home: &Home, name: &str) -> String {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file(format!("{name}/SKILL.md"), zip::write::SimpleFileOptions::default()).unwrap();
    std::io::Write::write_all(&mut zip, skill_md(name, "from a browser").as_bytes()).unwrap();
    home.write(&format!("{name}.zip"), zip.finish().unwrap().into_inner()).display().to_string()
}

fn address(home: &Home) -> String {
    home.run(&["upload", "--url"]).exits(0).stdout.trim_end().to_owned()
}

#[test]
#[ignore = "needs chromium: tests/browser.sh"]
fn a_person_uploads_a_zip() {
    for scripts in [true, false] {
        let drive = TestDrive::start();
        let home = Home::logged_in(&drive.url, &drive.key);
        let browser = Chromium::start(scripts);
        let address = address(&home);
        browser.open(&address);
        browser.sees("Upload a skill");
        assert_eq!(browser.url(), format!("{}/upload", drive.url), "the secret is no part of the address any more");
        assert_eq!(browser.spoken("#file").1, "The skill, as a .zip or .skill file");
        assert!(browser.spoken("#comment").1.starts_with("What changed"));
        // Loaded again, and by its first address again, it is still there.
        browser.open(&format!("{}/upload", drive.url));
        browser.open(&address);
        browser.types("#file", &zipped(&home, "notes"));
        browser.types("#comment", "The \"first\" <one>");
        browser.click("form button");
        browser.sees("notes is in the drive.");
        for words in ["Uploaded", "Version", "1 file", "1 credit", "You can close this window."] {
            assert!(browser.text().contains(words), "{words}: {}", browser.text());
        }
        let complaints = browser.complaints();
        assert!(complaints.is_empty(), "{complaints:?}");
        assert_eq!(drive.slugs(), ["notes"]);
        let shown = drive.ask("GET", "/api/v1/skills/notes", None).1;
        assert_eq!(shown["data"]["versions"][0]["change_comment"], "The \"first\" <one>");
        browser.open(&address);
        browser.sees("This upload page is used or too old");
        // Nothing that leads to a drive leaves the drive's own pages.
        assert!(
            drive.asked().iter().all(|asked| !asked.headers.get("referer").is_some_and(|from| from.contains("ut_")))
        );
    }
}

#[test]
#[ignore = "needs chromium: tests/browser.sh"]
fn a_wrong_file_is_refused_in_words_and_another_one_taken() {
    let drive = TestDrive::start();
    let home = Home::logged_in(&drive.url, &drive.key);
    let browser = Chromium::start(true);
    browser.open(&address(&home));
    // A browser does not even send a form without a file.
    browser.click("form button");
    browser.sees("Upload a skill");
    browser.types("#file", &home.write("holiday.zip", "no zip at all").display().to_string());
    browser.click("form button");
    browser.sees("Not uploaded");
    assert_eq!(browser.spoken("#refused").0, "alert");
    assert!(browser.text().contains("Choose another file."), "{}", browser.text());
    browser.types("#file", &zipped(&home, "notes"));
    browser.click("form button");
    browser.sees("notes is in the drive.");
    assert_eq!((drive.slugs(), drive.balance()), (vec!["notes".to_owned()], 999));
}

#![expect(clippy::disallowed_methods, reason = "tests arrange files directly")]

use std::fs;

use super::*;

/// A machine on which the program lies at this path, and nothing else is.
fn machine(program: &str) -> (tempfile::TempDir, Places) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    put(&root.join(program), "");
    let places = Places {
        program: root.join(program),
        cargo: root.join("home/.cargo"),
        receipt: root.join("home/.config/skillzdrive/skillzdrive-receipt.json"),
        root,
    };
    (folder, places)
}

fn put(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// What is typed there.
fn typed(way: &Way) -> String {
    way.command().unwrap_or_else(|| way.advice())
}

#[test]
fn cargo_says_in_its_list_where_it_took_it_from() {
    for (source, command) in [
        ("registry+https://registry.example/index", "cargo install --locked skillzdrive"),
        (
            "git+https://github.com/skillzdrive/skillzdrive?branch=main#0123abc",
            "cargo install --locked --git https://github.com/skillzdrive/skillzdrive skillzdrive",
        ),
        ("path+file:///src/my drive", "cargo install --locked --path '/src/my drive'"),
        (
            "git+https://x.example/'$(reboot)",
            "cargo install --locked --git 'https://x.example/'\\''$(reboot)' skillzdrive",
        ),
    ] {
        let (_folder, places) = machine("home/.cargo/bin/skillzdrive");
        assert_eq!(way(&places), Way::Unknown, "a folder says nothing by itself");
        put(
            &places.cargo.join(".crates.toml"),
            &format!("[v1]\n\"skillzdrive-x 1.0.0 (x)\" = []\n\"skillzdrive 0.1.0 ({source})\" = [\"skillzdrive\"]\n"),
        );
        assert_eq!(typed(&way(&places)), command);
    }
    let (_folder, places) = machine("home/.cargo/bin/skillzdrive");
    for damage in ["", "v1 = 3", "[v1", "[v1]\n\"skillzdrive\" = []\n"] {
        put(&places.cargo.join(".crates.toml"), damage);
        assert_eq!(way(&places), Way::Unknown, "{damage}");
    }
}

#[test]
fn an_installers_receipt_counts_for_the_folder_that_it_names() {
    let (_folder, places) = machine("home/.cargo/bin/skillzdrive");
    let receipt = |prefix: &Path| serde_json::json!({ "install_prefix": prefix, "version": "0.1.0" }).to_string();
    put(&places.receipt, &receipt(&places.root.join("elsewhere")));
    assert_eq!(way(&places), Way::Unknown);
    put(&places.receipt, &receipt(&places.cargo));
    assert_eq!(way(&places), Way::Script);
    assert!(typed(&Way::Script).contains("/releases/latest/download/skillzdrive-installer."));
    put(&places.receipt, "{}");
    assert_eq!(way(&places), Way::Unknown);
}

#[test]
fn packages_of_npm_lie_where_their_manager_puts_them() {
    let package = "node_modules/@skillzdrive/skillzdrive/node_modules/.bin_real/skillzdrive";
    for (folder, word, command) in [
        ("usr/lib", "npm", "npm install --global @skillzdrive/skillzdrive@latest"),
        ("home/AppData/Roaming/npm", "npm", "npm install --global @skillzdrive/skillzdrive@latest"),
        ("home/code/site", "npm", "npm install @skillzdrive/skillzdrive@latest"),
        ("home/.npm/_npx/0123456789abcdef", "npx", "npx @skillzdrive/skillzdrive@latest"),
        ("home/.local/share/pnpm/global/5", "pnpm", "pnpm add --global @skillzdrive/skillzdrive@latest"),
        ("home/.bun/install/global", "bun", "bun add --global @skillzdrive/skillzdrive@latest"),
        ("home/.config/yarn/global", "yarn", "yarn global add @skillzdrive/skillzdrive@latest"),
    ] {
        let (_folder, places) = machine(&format!("{folder}/{package}"));
        let way = way(&places);
        assert_eq!((way.word(), typed(&way).as_str()), (word, command), "{folder}");
    }
}

#[test]
fn a_systems_packages_are_known_by_place_and_list() {
    for prefix in ["opt/homebrew", "home/linuxbrew/.linuxbrew", "usr/local"] {
        let (_folder, places) = machine(&format!("{prefix}/Cellar/skillzdrive/0.1.0/bin/skillzdrive"));
        assert_eq!(typed(&way(&places)), "brew upgrade skillzdrive");
    }
    let (_folder, places) = machine("nix/store/abc-skillzdrive-0.1.0/bin/skillzdrive");
    assert_eq!(typed(&way(&places)), "nix profile upgrade skillzdrive");
    let (_folder, places) = machine("usr/bin/skillzdrive");
    assert_eq!(way(&places), Way::Unknown);
    let list = places.root.join("var/lib/dpkg/info/skillzdrive.list");
    put(&list, "/.\n/usr\n/usr/bin/skillzdrive-other\n");
    assert_eq!(way(&places), Way::Unknown);
    put(&list, "/.\n/usr\n/usr/bin/skillzdrive\n");
    assert_eq!(way(&places), Way::Debian);
    assert!(typed(&Way::Debian).contains("/releases/latest"));
}

#[test]
fn who_packages_it_says_so_beside_it() {
    let (_folder, places) = machine("usr/local/bin/skillzdrive");
    let mark = places.root.join("usr/local/share/skillzdrive/installed-by");
    for (text, word, says) in [
        ("container\n", "container", "build or pull a newer image, and start that"),
        ("pacman\nsudo pacman -Syu skillzdrive\n", "pacman", "sudo pacman -Syu skillzdrive"),
        ("the people of acme", "the people of acme", "ask the people of acme for a newer version"),
    ] {
        put(&mark, text);
        let way = way(&places);
        assert_eq!((way.word(), typed(&way).as_str()), (word, says));
    }
    for damage in ["", "\n\n", &"x".repeat(2000)] {
        put(&mark, damage);
        assert_eq!(way(&places), Way::Unknown);
    }
}

#[test]
fn a_build_is_known_by_the_folder_that_cargo_builds_in() {
    let (_folder, places) = machine("src/target/release/skillzdrive");
    assert_eq!(way(&places), Way::Unknown);
    put(&places.root.join("src/target/CACHEDIR.TAG"), "");
    fs::create_dir(places.root.join("src/target/release/deps")).unwrap();
    assert_eq!(way(&places), Way::Checkout);
    assert!(typed(&Way::Checkout).ends_with("cargo build --release --locked"));
}

#[test]
fn each_way_is_said() {
    let ways = [
        Way::Cargo(Source::Registry),
        Way::Npm(Manager::Global),
        Way::Npm(Manager::Project),
        Way::Homebrew,
        Way::Debian,
        Way::Nix,
        Way::Script,
        Way::Container,
        Way::Packager("pacman".to_owned(), None),
        Way::Checkout,
        Way::Unknown,
    ];
    let said: std::collections::BTreeSet<String> = ways.iter().map(Way::said).collect();
    assert_eq!(said.len(), ways.len());
    assert!(typed(&Way::Unknown).contains(RELEASES));
}

//! Leaves a note in the program of how it was built, for the record.

use std::{env, process::Command};

fn main() {
    let rustc = env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let version = Command::new(rustc).arg("--version").output();
    let version = version.map_or_else(
        |_| "rustc".into(),
        |out| String::from_utf8_lossy(&out.stdout).into_owned(),
    );
    println!("cargo:rustc-env=BUILT_BY={}", version.trim());
    for name in ["OPT_LEVEL", "TARGET"] {
        println!(
            "cargo:rustc-env=BUILT_{}={}",
            name,
            env::var(name).unwrap_or_default()
        );
    }
    println!("cargo:rerun-if-changed=build.rs");
}

#!/usr/bin/env bash
# Rust's node-semver 2.2.0, a port of npm's semver: it makes <=1.30.0-0 of <=1.30, which takes no release of 1.30, so 1.30.5 is in neither <=1.30 nor
# >1.30. npm's semver 7.8.6 makes <1.31.0-0 of it, all of 1.30.
. "$(dirname "$0")/lib.bash"
rust_program node-semver@2.2.0 <<'RUST'
use node_semver::{Range, Version};

fn main() {
    for text in ["1.30", "<=1.30", ">1.30"] {
        let range: Range = text.parse().unwrap();
        let takes = |version: &str| range.satisfies(&version.parse::<Version>().unwrap());
        println!("{text} is {range}: {} {} {}", takes("1.30.0"), takes("1.30.5"), takes("1.31.0"));
    }
}
RUST
npm_with semver@7.8.6
cat >ask.mjs <<'JS'
import semver from 'semver';

for (const text of ['1.30', '<=1.30', '>1.30']) {
  const range = new semver.Range(text);
  console.log(`${text} is ${range.range}:`, ...['1.30.0', '1.30.5', '1.31.0'].map((version) => range.test(version)));
}
JS
expect "Rust: 1.30.0, 1.30.5, 1.31.0" '1.30 is >=1.30.0 <1.31.0-0: true true false
<=1.30 is <=1.30.0-0: false false false
>1.30 is >=1.31.0: false false true' "$(./program)"
expect "JavaScript" '1.30 is >=1.30.0 <1.31.0-0: true true false
<=1.30 is <1.31.0-0: true true false
>1.30 is >=1.31.0: false false true' "$(node ask.mjs)"

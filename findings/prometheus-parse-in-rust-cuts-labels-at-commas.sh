#!/usr/bin/env bash
# Rust's prometheus-parse 0.2.5: of a label's value in the text format, as image names and mount options have it, what stands behind a comma is lost,
# without an error. A sample with a closing brace in a value is lost as a whole, and escapes stay. Python's prometheus_client 0.26.0 reads them all.
. "$(dirname "$0")/lib.bash"
rust_program prometheus-parse@0.2.5 <<'RUST'
use std::io::{stdin, BufRead};

fn main() {
    let scrape = prometheus_parse::Scrape::parse(stdin().lock().lines()).unwrap();
    for sample in scrape.samples {
        let mut labels: Vec<_> = sample.labels.iter().collect();
        labels.sort();
        println!("{} {:?}", sample.metric, labels);
    }
}
RUST
python_with prometheus-client==0.26.0
cat >metrics <<'TXT'
mount{options="rw,noatime",path="/a"} 1
pattern{path="{a}"} 1
message{text="a \"b\""} 1
TXT
expect "Rust" 'mount [("options", "rw"), ("path", "/a")]
message [("text", "a \\\"b\\")]' "$(./program <metrics)"
expect "Python" "mount {'options': 'rw,noatime', 'path': '/a'}
pattern {'path': '{a}'}
message {'text': 'a \"b\"'}" "$(venv/bin/python -c 'import sys, prometheus_client.parser
for family in prometheus_client.parser.text_fd_to_metric_families(sys.stdin):
    for sample in family.samples:
        print(sample.name, sample.labels)' <metrics)"

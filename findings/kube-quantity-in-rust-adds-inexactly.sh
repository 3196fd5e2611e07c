#!/usr/bin/env bash
# Rust's kube_quantity 0.9.0, which adds the quantities of k8s-openapi: where one of two is decimal and the other binary, the second is rounded to some
# seven digits. 0 + 1Gi is 176 bytes more than 1Gi + 0. And 1Ki + 500m, which is 1024.5 bytes, comes out as 1049088.
. "$(dirname "$0")/lib.bash"
export K8S_OPENAPI_ENABLED_VERSION=1.36
rust_program kube_quantity@0.9.0 k8s-openapi@0.29.0 <<'RUST'
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use kube_quantity::ParsedQuantity;

fn main() {
    for (one, other) in [("1Gi", "0"), ("0", "1Gi"), ("1Gi", "500M"), ("1Ki", "500m")] {
        let read = |text: &str| ParsedQuantity::try_from(Quantity(text.to_string())).unwrap();
        let sum: Quantity = (read(one) + read(other)).into();
        println!("{one} + {other} = {}", sum.0);
    }
}
RUST
expect "sums" '1Gi + 0 = 1073741824
0 + 1Gi = 1073742000
1Gi + 500M = 1500.83715Mi
1Ki + 500m = 1049088.00005' "$(./program)"

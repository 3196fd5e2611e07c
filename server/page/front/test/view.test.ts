import assert from "node:assert/strict";
import { test } from "node:test";
import { PLAIN, readView, writeView, type View } from "../src/view";

test("the plain view has a plain address", () => {
  assert.equal(writeView(PLAIN), "");
  assert.deepEqual(readView(""), PLAIN);
});

test("each view has an address that gives it back", () => {
  const view: View = {
    text: "a&b=<c>",
    selector: "zone in (a,b),!gpu",
    daemonSets: ["kube-system/agent", "home/x"],
    states: ["outdated", "not eligible"],
    group: "pool",
    order: "worst",
    turned: true,
    place: { daemonSet: "kube-system/agent", node: "worker-1" },
  };
  assert.deepEqual(readView(writeView(view)), view);
  const row: View = { ...PLAIN, place: { daemonSet: "", node: "worker-1" } };
  assert.deepEqual(readView(writeView(row)), row);
});

test("what makes no sense in an address is passed over", () => {
  assert.deepEqual(readView("?state=%00&group=<b>&sort=&rows=x&token=y"), PLAIN);
});

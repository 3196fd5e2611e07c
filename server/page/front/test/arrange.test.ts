import assert from "node:assert/strict";
import { test } from "node:test";
import { arrange, groupOf } from "../src/arrange";
import { Model, type DaemonSet, type Snapshot } from "../src/model";
import { PLAIN } from "../src/view";

function daemonSet(namespace: string, name: string): DaemonSet {
  const numbers = { revision: 1, desired: 1, unavailable: 0, maxUnavailable: 1, maxSurge: 0 };
  return { namespace, name, hash: "h", rolledOut: true, waitsFor: "", ...numbers };
}

const told: Snapshot = {
  epoch: "e",
  seq: 1,
  about: { namespace: "", why: "", version: "1", actions: false },
  standing: { known: true, problem: "" },
  labels: [
    { "topology.kubernetes.io/zone": "b", "karpenter.sh/nodepool": "big" },
    { "topology.kubernetes.io/zone": "a" },
    {},
  ],
  rows: [["n10", 0, ""], ["n9", 0, "NotReady"], ["m", 1, ""], null, ["bare", 2, ""]],
  columns: [daemonSet("x", "two"), daemonSet("a", "one"), null],
  cells: ["AIY..", "AACA.", "....."],
};
const model = new Model(told);

function labels(view: Partial<typeof PLAIN>): string[] {
  return arrange(model, { ...PLAIN, ...view }).nodes.map((line) => line.label);
}

test("nodes come by zone and then by name, numbers as numbers", () => {
  assert.deepEqual(labels({}), ["no zone", "bare", "a", "m", "b", "n9", "n10"]);
  assert.deepEqual(labels({ group: "pool" }), ["no pool", "bare", "m", "big", "n9", "n10"]);
  assert.deepEqual(labels({ group: "none" }), ["bare", "m", "n9", "n10"]);
});

test("DaemonSets come by namespace and name", () => {
  assert.deepEqual(
    arrange(model, PLAIN).daemonSets.map(({ id, slot }) => [id, slot]),
    [
      ["a/one", 1],
      ["x/two", 0],
    ],
  );
});

test("filters leave what they ask for", () => {
  assert.deepEqual(labels({ group: "none", text: "NOTREADY" }), ["n9"]);
  assert.deepEqual(labels({ group: "none", text: "zone=a" }), ["m"]);
  assert.deepEqual(labels({ group: "none", selector: "!karpenter.sh/nodepool" }), ["bare", "m"]);
  assert.deepEqual(labels({ group: "none", states: ["outdated"] }), ["n9"]);
  assert.deepEqual(labels({ group: "none", states: ["outdated"], daemonSets: ["a/one"] }), []);
});

test("a selector that is none hides nothing and says so", () => {
  const arrangement = arrange(model, { ...PLAIN, selector: "a b" });
  assert.equal(arrangement.shown, 4);
  assert.ok(arrangement.badSelector);
});

test("the worst come first", () => {
  assert.deepEqual(labels({ group: "none", order: "worst" }), ["m", "n9", "n10", "bare"]);
});

test("cells are counted by state, whatever states are chosen", () => {
  const { counts, inTrouble, shown, of } = arrange(model, { ...PLAIN, states: ["missing"] });
  assert.deepEqual([counts.updated, counts.outdated, counts.failing], [4, 1, 1]);
  assert.deepEqual([inTrouble, shown, of], [1, 0, 4]);
});

test("a pool is known by what its cloud calls it", () => {
  assert.equal(groupOf({ "eks.amazonaws.com/nodegroup": "g" }, "pool"), "g");
  assert.equal(groupOf({ "node.kubernetes.io/instance-type": "t" }, "pool"), "t");
  assert.equal(groupOf({}, "pool"), "");
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { Model, type DaemonSet, type Snapshot } from "../src/model";

const agent: DaemonSet = {
  namespace: "home",
  name: "agent",
  revision: 1,
  hash: "1",
  desired: 2,
  unavailable: 0,
  maxUnavailable: 1,
  maxSurge: 0,
  rolledOut: true,
  waitsFor: "",
};

const told: Snapshot = {
  epoch: "e",
  seq: 3,
  about: { namespace: "", why: "", version: "1", actions: false },
  standing: { known: true, problem: "" },
  labels: [{ zone: "a" }, null],
  rows: [["n10", 0, ""], null, ["n2", 0, "cordoned"]],
  columns: [agent],
  cells: ["A.H"],
};

test("a snapshot is what is known", () => {
  const model = new Model(told);
  assert.deepEqual(
    model.ordered().map((slot) => model.rows[slot]?.name),
    ["n2", "n10"],
  );
  assert.equal(model.sign(2, 0), "H");
  assert.equal(model.sign(7, 7), ".");
  assert.deepEqual(model.labelsOf({ name: "n10", labels: 0, note: "" }), { zone: "a" });
});

test("a delta changes what it names and nothing else", () => {
  const model = new Model(told);
  model.apply({
    seq: 5,
    rows: [
      [1, ["n3", 1, ""]],
      [2, null],
    ],
    labels: [[1, { zone: "b" }]],
    columns: [[1, { ...agent, name: "other" }]],
    cells: [
      [0, { ".": [2], C: [1] }],
      [1, { A: [0, 1] }],
    ],
  });
  assert.equal(model.seq, 5);
  assert.deepEqual(
    model.ordered().map((slot) => model.rows[slot]?.name),
    ["n3", "n10"],
  );
  assert.deepEqual([model.sign(0, 0), model.sign(1, 0), model.sign(2, 0)], ["A", "C", "."]);
  assert.equal(model.sign(1, 1), "A");
  assert.deepEqual(model.rowVersions, [5, 5, 5]);
  model.apply({ seq: 6, cells: [[0, { D: [0] }]] });
  assert.deepEqual(model.rowVersions, [6, 5, 5]);
});

test("the standing changes alone", () => {
  const model = new Model(told);
  model.apply({ seq: 4, standing: { known: true, problem: "refused", age: 1500 } });
  assert.equal(model.standing.problem, "refused");
  assert.equal(model.sign(0, 0), "A");
});

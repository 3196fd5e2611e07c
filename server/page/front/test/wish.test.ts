import assert from "node:assert/strict";
import { test } from "node:test";
import { meaningOf, titleOf, type Wish } from "../src/wish";

const wishes: readonly Wish[] = [
  { change: "pause" },
  { change: "resume" },
  { change: "promote", wave: "zones/a", revision: "agent-5f0c" },
  { change: "retry", revision: "agent-5f0c" },
  { change: "undo", toRevision: 3 },
];

test("a button names what it is about", () => {
  assert.deepEqual(wishes.map(titleOf), [
    "Pause",
    "Resume",
    "Promote wave zones/a",
    "Retry agent-5f0c",
    "Go back to revision 3",
  ]);
});

test("whoever confirms is told of what else it concerns", () => {
  const meanings = wishes.map(meaningOf);
  assert.match(meanings[0] ?? "", /also those of other DaemonSets/);
  assert.match(meanings[2] ?? "", /wave zones\/a of agent-5f0c/);
  assert.match(meanings[3] ?? "", /agent-5f0c .* rolled back/);
  assert.match(meanings[4] ?? "", /revision 3 back/);
});

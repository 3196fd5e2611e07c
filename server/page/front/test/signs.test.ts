import assert from "node:assert/strict";
import { test } from "node:test";
import { cellOf, inWords, NO_CELL, STATES, TROUBLES } from "../src/signs";

test("signs are the server's, state by state", () => {
  assert.deepEqual(cellOf("A"), { state: "updated", trouble: "none", loudness: 1 });
  assert.equal(cellOf("I")?.state, "outdated");
  assert.equal(cellOf("B")?.trouble, "not created");
  assert.equal(cellOf("4")?.state, "not eligible");
  assert.equal(cellOf("_")?.trouble, "held");
  assert.equal(STATES.length * TROUBLES.length, 64);
});

test("no sign is no cell", () => {
  for (const sign of [NO_CELL, "", "+", "é"]) assert.equal(cellOf(sign), undefined);
});

test("trouble is louder than any state", () => {
  const loudest = Math.max(...["A", "I", "Q", "Y", "g", "o", "w", "4"].map((sign) => cellOf(sign)?.loudness ?? 99));
  assert.ok((cellOf("5")?.loudness ?? 0) > loudest);
  assert.equal(inWords(cellOf("5") ?? assert.fail()), "not eligible, in trouble: not created");
});

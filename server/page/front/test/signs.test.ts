import assert from "node:assert/strict";
import { test } from "node:test";
import { cellOf, inWords, NO_CELL, STATES, TROUBLES } from "../src/signs";

test("signs are the server's, state by state", () => {
  assert.deepEqual(cellOf("A"), { state: "updated", trouble: "none", loudness: 1 });
  assert.equal(cellOf("H")?.state, "outdated");
  assert.equal(cellOf("B")?.trouble, "not created");
  assert.equal(cellOf("3")?.state, "not eligible");
  assert.equal(cellOf("3")?.trouble, "not leaving");
  assert.equal(STATES.length * TROUBLES.length, 56);
});

test("no sign is no cell", () => {
  for (const sign of [NO_CELL, "", "4", "é"]) assert.equal(cellOf(sign), undefined);
});

test("trouble is louder than any state", () => {
  const loudest = Math.max(...["A", "H", "O", "V", "c", "j", "q", "x"].map((sign) => cellOf(sign)?.loudness ?? 99));
  assert.ok((cellOf("y")?.loudness ?? 0) > loudest);
  assert.equal(inWords(cellOf("y") ?? assert.fail()), "not eligible, in trouble: not created");
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { offsetFor, partOf } from "../src/window";

test("only what is in view is drawn, and a little more", () => {
  assert.deepEqual(partOf(5000, 24, 0, 600, 8), { first: 0, end: 33 });
  assert.deepEqual(partOf(5000, 24, 2400, 600, 8), { first: 92, end: 133 });
  assert.deepEqual(partOf(5000, 24, 5000 * 24, 600, 8), { first: 4992, end: 5000 });
  assert.deepEqual(partOf(3, 24, 9999, 600, 0), { first: 3, end: 3 });
  assert.deepEqual(partOf(0, 24, 0, 600, 8), { first: 0, end: 0 });
});

test("scrolling goes no further than it must", () => {
  assert.equal(offsetFor(10, 24, 0, 600), 0);
  assert.equal(offsetFor(10, 24, 300, 600), 240);
  assert.equal(offsetFor(30, 24, 0, 600), 144);
});

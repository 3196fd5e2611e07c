import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSelector } from "../src/selector";

const labels = { zone: "a", "node.kubernetes.io/pool": "big", gpu: "" };

const cases: readonly (readonly [string, boolean])[] = [
  ["", true],
  ["zone=a", true],
  ["zone == a", true],
  ["zone=b", false],
  ["zone!=b", true],
  ["zone!=a", false],
  ["rack!=a", true],
  ["zone in (b, a)", true],
  ["zone in (b)", false],
  ["zone notin (b)", true],
  ["zone notin (a,b)", false],
  ["rack notin (a)", true],
  ["gpu", true],
  ["!gpu", false],
  ["rack", false],
  ["!rack", true],
  ["gpu=", true],
  ["zone in (a,b),node.kubernetes.io/pool=big,!rack", true],
  ["zone=a,rack", false],
];

for (const [text, matches] of cases) {
  test(`'${text}' ${matches ? "matches" : "does not match"}`, () => {
    const selector = parseSelector(text);
    assert.ok(selector);
    assert.equal(selector(labels), matches);
  });
}

for (const text of ["=a", "zone in a", "zone in (a", "a b", "zone=a,,gpu", "zone=a,", "<b>", "a=b c"]) {
  test(`'${text}' is no selector`, () => assert.equal(parseSelector(text), undefined));
}

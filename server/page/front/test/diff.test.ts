import assert from "node:assert/strict";
import { test } from "node:test";
import { differences } from "../src/diff";

const written = (before: string, after: string) =>
  differences(before, after).map((lines) => lines.map(({ mark, text }) => mark + text).join("|"));

test("what changed is marked, with three lines around it", () => {
  const before = "a\nb\nc\nd\nimage: 1\ne\nf\ng\nh\n";
  assert.deepEqual(written(before, before.replace("image: 1", "image: 2")), [" b| c| d|-image: 1|+image: 2| e| f| g"]);
});

test("what is far apart is in groups of its own", () => {
  const middle = Array.from({ length: 20 }, (_, index) => `${index}\n`).join("");
  assert.equal(differences(`a\n${middle}b\n`, `A\n${middle}B\n`).length, 2);
});

test("equal templates have no difference", () => {
  assert.deepEqual(differences("a\n", "a\n"), []);
});

test("lines that look like marks stay as they are", () => {
  assert.deepEqual(written("", "+<b>\n- c\n\\ d\n"), ["++<b>|+- c|+\\ d"]);
  assert.deepEqual(written("a", "a\nb"), ["-a|+a|+b"], "what is said of the ends of files is no line");
});

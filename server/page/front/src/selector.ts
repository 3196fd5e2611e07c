/** Label selectors as kubectl -l takes them: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b,c)`, `a`, `!a`. */

import type { Labels } from "./model";

type Requirement = (labels: Labels) => boolean;

const KEY = String.raw`[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?`;
const VALUE = String.raw`(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?`;
const FORMS: readonly (readonly [RegExp, (key: string, value: string) => Requirement])[] = [
  [new RegExp(`^(${KEY})\\s*==?\\s*(${VALUE})$`), (key, value) => (labels) => labels[key] === value],
  [new RegExp(`^(${KEY})\\s*!=\\s*(${VALUE})$`), (key, value) => (labels) => labels[key] !== value],
  [new RegExp(`^(${KEY})\\s+in\\s*\\(([^()]*)\\)$`), (key, values) => isIn(key, values)],
  [new RegExp(`^(${KEY})\\s+notin\\s*\\(([^()]*)\\)$`), (key, values) => not(isIn(key, values))],
  [new RegExp(`^!\\s*(${KEY})$`), (key) => (labels) => labels[key] === undefined],
  [new RegExp(`^(${KEY})$`), (key) => (labels) => labels[key] !== undefined],
];

function isIn(key: string, values: string): Requirement {
  const wanted = new Set(values.split(",").map((value) => value.trim()));
  return (labels) => {
    const value = labels[key];
    return value !== undefined && wanted.has(value);
  };
}

function not(requirement: Requirement): Requirement {
  return (labels) => !requirement(labels);
}

/** At commas that are not in parentheses. */
function parts(text: string): string[] {
  return text.split(/,(?![^(]*\))/).map((part) => part.trim());
}

function read(part: string): Requirement | undefined {
  for (const [form, make] of FORMS) {
    const found = form.exec(part);
    if (found) return make(found[1] ?? "", found[2] ?? "");
  }
  return undefined;
}

/** Undefined: the text is no selector. The empty one selects everything. */
export function parseSelector(text: string): Requirement | undefined {
  if (text.trim() === "") return () => true;
  const requirements = parts(text).map(read);
  if (!requirements.every((requirement) => requirement !== undefined)) return undefined;
  return (labels) => requirements.every((requirement) => requirement(labels));
}

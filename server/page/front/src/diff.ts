/** What is different between two templates, as people read it: lines with their surroundings. */

import { structuredPatch } from "diff";

export type Mark = "+" | "-" | " ";

export interface Line {
  readonly mark: Mark;
  readonly text: string;
}

const AROUND = 3;

/** Groups of lines, with what is alike left out between them; none: the texts are the same. */
export function differences(before: string, after: string): readonly (readonly Line[])[] {
  const { hunks } = structuredPatch("", "", before, after, "", "", { context: AROUND });
  return hunks.map(({ lines }) =>
    lines
      .filter((line) => !line.startsWith("\\"))
      .map((line) => ({ mark: line.charAt(0) as Mark, text: line.slice(1) })),
  );
}

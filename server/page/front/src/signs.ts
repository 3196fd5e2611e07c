/** What a cell's sign means: the server's states and troubles, in its order. */

export const STATES = [
  "updated",
  "outdated",
  "starting",
  "failing",
  "leaving",
  "missing",
  "misscheduled",
  "not eligible",
] as const;
export type State = (typeof STATES)[number];

export const TROUBLES = [
  "none",
  "not created",
  "not staying",
  "not scheduled",
  "failing",
  "not ready",
  "not leaving",
  "held",
] as const;
export type Trouble = (typeof TROUBLES)[number];

export const MEANING: Record<State, string> = {
  updated: "an available pod of the current revision",
  outdated: "an available pod of an older revision",
  starting: "a pod that is not available yet",
  failing: "its pod has failed",
  leaving: "its pod is being deleted",
  missing: "should have a pod",
  misscheduled: "has a pod that should not be there",
  "not eligible": "should have no pod, and has none",
};

/** How loudly a state asks to be seen: the greatest first, as on the terminal. Trouble is louder than all. */
const LOUDNESS: Record<State, number> = {
  updated: 1,
  outdated: 3,
  starting: 5,
  failing: 7,
  leaving: 4,
  missing: 6,
  misscheduled: 2,
  "not eligible": 0,
};

const SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
export const NO_CELL = ".";

export interface Cell {
  readonly state: State;
  readonly trouble: Trouble;
  readonly loudness: number;
}

function cellAt(index: number): Cell {
  const state = STATES[Math.floor(index / TROUBLES.length)] ?? "not eligible";
  const trouble = TROUBLES[index % TROUBLES.length] ?? "none";
  return { state, trouble, loudness: LOUDNESS[state] + (trouble === "none" ? 0 : 10) };
}

const CELLS = new Map<string, Cell>(
  Array.from(SIGNS)
    .slice(0, STATES.length * TROUBLES.length)
    .map((sign, index) => [sign, cellAt(index)]),
);

/** Undefined: the DaemonSet says nothing about the node. */
export function cellOf(sign: string): Cell | undefined {
  return CELLS.get(sign);
}

export function inWords(cell: Cell): string {
  return cell.trouble === "none" ? cell.state : `${cell.state}, in trouble: ${cell.trouble}`;
}

/** What the server has told so far. Rows are nodes, columns are DaemonSets, both by slot; a free slot is null. */

import { NO_CELL } from "./signs";

export type Labels = Readonly<Record<string, string>>;

export interface Standing {
  readonly known: boolean;
  readonly problem: string;
  /** Milliseconds since what is shown was up to date, when this was told; absent without a problem. */
  readonly age?: number;
}

export interface Wave {
  readonly name: string;
  readonly standing: "done" | "here" | "waits";
  readonly desired: number;
  readonly updated: number;
}

export interface Policy {
  readonly name: string;
  readonly refused?: string;
  readonly phase?: string;
  readonly wave?: string;
  readonly until?: string;
  readonly message?: string;
  readonly deferred?: number;
  readonly failed?: number;
  readonly waves?: readonly Wave[];
}

export interface DaemonSet {
  readonly namespace: string;
  readonly name: string;
  readonly revision: number;
  readonly hash: string;
  readonly desired: number;
  readonly unavailable: number;
  readonly maxUnavailable: number;
  readonly maxSurge: number;
  readonly rolledOut: boolean;
  readonly waitsFor: string;
  readonly policy?: Policy;
  readonly refusal?: { readonly message: string; readonly lastTime?: string };
  readonly unseenNodes?: string;
  readonly unseenEvents?: string;
  readonly unseenPolicies?: string;
}

export interface About {
  /** Empty: all namespaces. */
  readonly namespace: string;
  /** Why only this one; empty: the user has said so, or it is all. */
  readonly why: string;
  readonly version: string;
  /** Rollouts may be changed from this page. */
  readonly actions: boolean;
}

export const byName = new Intl.Collator("en", { numeric: true });

type RowTold = readonly [name: string, labels: number, note: string];

export interface Snapshot {
  readonly epoch: string;
  readonly seq: number;
  readonly about: About;
  readonly standing: Standing;
  readonly labels: readonly (Labels | null)[];
  readonly rows: readonly (RowTold | null)[];
  readonly columns: readonly (DaemonSet | null)[];
  readonly cells: readonly string[];
}

type Change<Value> = readonly [slot: number, value: Value];

export interface Delta {
  readonly seq: number;
  readonly standing?: Standing;
  readonly labels?: readonly Change<Labels | null>[];
  readonly rows?: readonly Change<RowTold | null>[];
  readonly columns?: readonly Change<DaemonSet | null>[];
  readonly cells?: readonly Change<Readonly<Record<string, readonly number[]>>>[];
}

export interface Row {
  readonly name: string;
  readonly labels: number;
  readonly note: string;
}

export class Model {
  readonly epoch: string;
  readonly about: About;
  seq: number;
  standing: Standing;
  readonly rows: (Row | null)[];
  readonly columns: (DaemonSet | null)[];
  /** Grows with each change of the row or of one of its cells. */
  readonly rowVersions: number[];
  readonly columnVersions: number[] = [];
  #labels: (Labels | null)[];
  #cells: string[][];
  #ordered: number[] | undefined;

  constructor(told: Snapshot) {
    this.epoch = told.epoch;
    this.about = told.about;
    this.seq = told.seq;
    this.standing = told.standing;
    this.#labels = [...told.labels];
    this.rows = told.rows.map(rowOf);
    this.columns = [...told.columns];
    this.#cells = told.cells.map((signs) => Array.from(signs));
    this.rowVersions = this.rows.map(() => told.seq);
  }

  apply(delta: Delta): void {
    this.seq = delta.seq;
    if (delta.standing) this.standing = delta.standing;
    for (const [slot, labels] of delta.labels ?? []) this.#labels[slot] = labels;
    for (const [slot, row] of delta.rows ?? []) {
      if (this.rows[slot]?.name !== row?.[0]) this.#ordered = undefined;
      this.rows[slot] = rowOf(row);
      this.rowVersions[slot] = delta.seq;
    }
    for (const [slot, column] of delta.columns ?? []) {
      this.columns[slot] = column;
      this.columnVersions[slot] = delta.seq;
    }
    for (const [slot, changes] of delta.cells ?? []) this.#change(slot, changes, delta.seq);
  }

  #change(column: number, changes: Readonly<Record<string, readonly number[]>>, seq: number): void {
    const signs = (this.#cells[column] ??= []);
    for (const [sign, rows] of Object.entries(changes)) {
      for (const row of rows) {
        signs[row] = sign;
        this.rowVersions[row] = seq;
      }
    }
    this.columnVersions[column] = seq;
  }

  /** The slots of all nodes by name, with numbers in it as numbers: comparing names is slow, and they seldom change. */
  ordered(): readonly number[] {
    this.#ordered ??= this.rows
      .flatMap((row, slot) => (row ? [{ name: row.name, slot }] : []))
      .sort((a, b) => byName.compare(a.name, b.name))
      .map(({ slot }) => slot);
    return this.#ordered;
  }

  sign(row: number, column: number): string {
    return this.#cells[column]?.[row] ?? NO_CELL;
  }

  labelsOf(row: Row): Labels {
    return this.#labels[row.labels] ?? {};
  }
}

function rowOf(told: RowTold | null): Row | null {
  return told && { name: told[0], labels: told[1], note: told[2] };
}

export function idOf(daemonSet: DaemonSet): string {
  return `${daemonSet.namespace}/${daemonSet.name}`;
}

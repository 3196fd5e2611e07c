/** Which nodes and DaemonSets are shown, and in which order. */

import { byName, idOf, type Labels, type Model, type Row } from "./model";
import { parseSelector } from "./selector";
import { cellOf, STATES, type State } from "./signs";
import type { Grouping, View } from "./view";

/** A line of the matrix in either direction: a node, a DaemonSet, or the heading of the nodes behind it. */
export interface Line {
  readonly kind: "node" | "daemonSet" | "group";
  /** Of the node's row or the DaemonSet's column; -1 for a group. */
  readonly slot: number;
  /** What the line is called; of a DaemonSet its name without the namespace. */
  readonly label: string;
  /** Node name, or NAMESPACE/NAME. */
  readonly id: string;
  readonly note: string;
}

export interface Arrangement {
  readonly nodes: readonly Line[];
  readonly daemonSets: readonly Line[];
  /** Cells of the nodes and DaemonSets that are shown, but for the choice of states. */
  readonly counts: Readonly<Record<State, number>>;
  readonly inTrouble: number;
  /** Nodes, without headings. */
  readonly shown: number;
  readonly of: number;
  readonly badSelector: boolean;
}

const ZONE = ["topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"];
const POOL = [
  "karpenter.sh/nodepool",
  "eks.amazonaws.com/nodegroup",
  "cloud.google.com/gke-nodepool",
  "kubernetes.azure.com/agentpool",
  "node.kubernetes.io/instance-type",
];

function first(labels: Labels, keys: readonly string[]): string {
  for (const key of keys) {
    const value = labels[key];
    if (value !== undefined) return value;
  }
  return "";
}

export function groupOf(labels: Labels, grouping: Grouping): string {
  if (grouping === "none") return "";
  const zone = first(labels, ZONE);
  if (grouping === "zone") return zone;
  return first(labels, POOL);
}

function daemonSetsOf(model: Model, view: View): Line[] {
  const lines: Line[] = [];
  model.columns.forEach((column, slot) => {
    if (!column) return;
    const id = idOf(column);
    if (view.daemonSets.length > 0 && !view.daemonSets.includes(id)) return;
    lines.push({ kind: "daemonSet", slot, label: column.name, id, note: column.waitsFor });
  });
  return lines.sort((a, b) => byName.compare(a.id, b.id));
}

interface Candidate {
  readonly row: Row;
  readonly slot: number;
  readonly group: string;
  loudness: number;
}

/** Counts the row's cells, and says whether one of them has a state that is asked for. */
function look(model: Model, view: View, candidate: Candidate, columns: readonly Line[], counts: Counts): boolean {
  let wanted = view.states.length === 0;
  for (const column of columns) {
    const cell = cellOf(model.sign(candidate.slot, column.slot));
    if (!cell) continue;
    counts.states[cell.state] += 1;
    if (cell.trouble !== "none") counts.inTrouble += 1;
    candidate.loudness = Math.max(candidate.loudness, cell.loudness);
    wanted ||= view.states.includes(cell.state);
  }
  return wanted;
}

interface Counts {
  readonly states: Record<State, number>;
  inTrouble: number;
}

function matchesText(row: Row, labels: Labels, text: string): boolean {
  if (text === "") return true;
  if (row.name.toLowerCase().includes(text) || row.note.toLowerCase().includes(text)) return true;
  return Object.entries(labels).some(([key, value]) => `${key}=${value}`.toLowerCase().includes(text));
}

function headed(candidates: readonly Candidate[], grouping: Grouping): Line[] {
  const lines: Line[] = [];
  let group: string | undefined;
  for (const { row, slot, group: own } of candidates) {
    if (grouping !== "none" && own !== group) {
      group = own;
      const label = own === "" ? `no ${grouping}` : own;
      lines.push({ kind: "group", slot: -1, label, id: `${grouping}:${own}`, note: "" });
    }
    lines.push({ kind: "node", slot, label: row.name, id: row.name, note: row.note });
  }
  return lines;
}

export function arrange(model: Model, view: View): Arrangement {
  const selector = parseSelector(view.selector);
  const text = view.text.trim().toLowerCase();
  const daemonSets = daemonSetsOf(model, view);
  const counts: Counts = { states: zeroes(), inTrouble: 0 };
  const kept: Candidate[] = [];
  let of = 0;
  for (const slot of model.ordered()) {
    const row = model.rows[slot];
    if (!row) continue;
    of += 1;
    const labels = model.labelsOf(row);
    if ((selector && !selector(labels)) || !matchesText(row, labels, text)) continue;
    const candidate = { row, slot, group: groupOf(labels, view.group), loudness: 0 };
    if (look(model, view, candidate, daemonSets, counts)) kept.push(candidate);
  }
  const groups = [...new Set(kept.map(({ group }) => group))].sort((a, b) => byName.compare(a, b));
  const ranks = new Map(groups.map((group, rank) => [group, rank]));
  const rank = (candidate: Candidate) => ranks.get(candidate.group) ?? 0;
  const worst = view.order === "worst";
  // They come by name, and the sort is stable.
  kept.sort((a, b) => rank(a) - rank(b) || (worst ? b.loudness - a.loudness : 0));
  return {
    nodes: headed(kept, view.group),
    daemonSets,
    counts: counts.states,
    inTrouble: counts.inTrouble,
    shown: kept.length,
    of,
    badSelector: !selector,
  };
}

function zeroes(): Record<State, number> {
  return Object.fromEntries(STATES.map((state) => [state, 0])) as Record<State, number>;
}

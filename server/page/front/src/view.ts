/** What the user wants to see, as the page's address has it: each view has a link. */

import { STATES, type State } from "./signs";

export type Grouping = "none" | "zone" | "pool";
export type Order = "name" | "worst";

/** What is explained beside the matrix: a column, a row or, with both, a cell. */
export interface Place {
  readonly daemonSet: string;
  readonly node: string;
}

export interface View {
  readonly text: string;
  readonly selector: string;
  /** Ids of DaemonSets; empty: all. */
  readonly daemonSets: readonly string[];
  /** Empty: all. */
  readonly states: readonly State[];
  readonly group: Grouping;
  readonly order: Order;
  /** DaemonSets are rows, and nodes are columns. */
  readonly turned: boolean;
  readonly place: Place | null;
}

export const PLAIN: View = {
  text: "",
  selector: "",
  daemonSets: [],
  states: [],
  group: "zone",
  order: "name",
  turned: false,
  place: null,
};

function oneOf<Word extends string>(words: readonly Word[], text: string | null, otherwise: Word): Word {
  return words.find((word) => word === text) ?? otherwise;
}

export function readView(query: string): View {
  const given = new URLSearchParams(query);
  const daemonSet = given.get("daemonSet") ?? "";
  const node = given.get("node") ?? "";
  return {
    text: given.get("q") ?? "",
    selector: given.get("l") ?? "",
    daemonSets: given.getAll("ds"),
    states: STATES.filter((state) => given.getAll("state").includes(state)),
    group: oneOf(["none", "zone", "pool"], given.get("group"), PLAIN.group),
    order: oneOf(["name", "worst"], given.get("sort"), PLAIN.order),
    turned: given.get("rows") === "daemonsets",
    place: daemonSet === "" && node === "" ? null : { daemonSet, node },
  };
}

/** With "?" in front; empty for the plain view. */
export function writeView(view: View): string {
  const query = new URLSearchParams();
  if (view.text !== "") query.set("q", view.text);
  if (view.selector !== "") query.set("l", view.selector);
  for (const id of view.daemonSets) query.append("ds", id);
  for (const state of view.states) query.append("state", state);
  if (view.group !== PLAIN.group) query.set("group", view.group);
  if (view.order !== PLAIN.order) query.set("sort", view.order);
  if (view.turned) query.set("rows", "daemonsets");
  if (view.place && view.place.daemonSet !== "") query.set("daemonSet", view.place.daemonSet);
  if (view.place && view.place.node !== "") query.set("node", view.place.node);
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

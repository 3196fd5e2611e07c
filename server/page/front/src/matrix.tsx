/** The matrix. It draws only what is in view, so it does not matter how many nodes there are. */

import { Component, type ComponentChild } from "preact";
import { memo } from "./memo";
import type { Arrangement, Line } from "./arrange";
import type { Model } from "./model";
import { cellOf, inWords, STATES } from "./signs";
import type { Place } from "./view";
import { offsetFor, partOf, type Part } from "./window";

const ROW = 24;
const SPARE = 8;

interface Props {
  readonly model: Model;
  readonly arrangement: Arrangement;
  readonly turned: boolean;
  readonly place: Place | null;
  readonly stale: boolean;
  readonly onPlace: (place: Place) => void;
}

interface State {
  readonly top: number;
  readonly left: number;
  readonly width: number;
  readonly height: number;
  /** Where the keyboard is: a line of each direction, or -1 for the heads. */
  readonly row: number;
  readonly column: number;
}

interface Sizes {
  readonly header: number;
  readonly head: number;
  readonly column: number;
}

/** Nodes have long names and are many, so they get little room when they are columns. */
function sizesOf(turned: boolean, width: number): Sizes {
  const header = width < 600 ? 130 : 240;
  return turned ? { header, head: 150, column: 24 } : { header, head: 56, column: width < 600 ? 76 : 112 };
}

function placeOf(line: Line | undefined, other: Line | undefined): Place | null {
  const lines = [line, other];
  const daemonSet = lines.find((one) => one?.kind === "daemonSet")?.id ?? "";
  const node = lines.find((one) => one?.kind === "node")?.id ?? "";
  return daemonSet === "" && node === "" ? null : { daemonSet, node };
}

export class Matrix extends Component<Props, State> {
  override state: State = { top: 0, left: 0, width: 800, height: 600, row: 0, column: 0 };
  #box: HTMLElement | null = null;
  #frame = 0;
  /** The same as long as the same columns are shown, whatever is said of them: rows depend on nothing else. */
  #stable: readonly Line[] = [];
  readonly #observer = new ResizeObserver(() => this.#measure());

  override componentDidMount(): void {
    if (this.#box) this.#observer.observe(this.#box);
    this.#measure();
  }

  override componentWillUnmount(): void {
    this.#observer.disconnect();
    cancelAnimationFrame(this.#frame);
  }

  #measure(): void {
    if (!this.#box) return;
    const { scrollTop: top, scrollLeft: left, clientWidth: width, clientHeight: height } = this.#box;
    this.setState({ top, left, width, height });
  }

  /** At most once a frame. */
  readonly #scrolled = () => {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#measure());
  };

  #rows(): readonly Line[] {
    const { arrangement, turned } = this.props;
    return turned ? arrangement.daemonSets : arrangement.nodes;
  }

  #columns(): readonly Line[] {
    const { arrangement, turned } = this.props;
    return turned ? arrangement.nodes : arrangement.daemonSets;
  }

  #moveTo(row: number, column: number): void {
    const sizes = sizesOf(this.props.turned, this.state.width);
    const at = {
      row: Math.max(-1, Math.min(row, this.#rows().length - 1)),
      column: Math.max(-1, Math.min(column, this.#columns().length - 1)),
    };
    this.setState(at);
    const box = this.#box;
    if (!box) return;
    if (at.row >= 0) box.scrollTop = offsetFor(at.row, ROW, box.scrollTop, box.clientHeight - sizes.head);
    if (at.column >= 0)
      box.scrollLeft = offsetFor(at.column, sizes.column, box.scrollLeft, box.clientWidth - sizes.header);
  }

  readonly #pressed = (event: KeyboardEvent) => {
    const { row, column, height } = this.state;
    const page = Math.max(1, Math.floor(height / ROW) - 4);
    const last = Number.MAX_SAFE_INTEGER;
    const moves: Record<string, readonly [number, number]> = {
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      PageUp: [Math.max(0, row - page), column],
      PageDown: [row + page, column],
      Home: event.ctrlKey ? [0, 0] : [row, 0],
      End: event.ctrlKey ? [last, last] : [row, last],
    };
    const move = moves[event.key];
    if (move) this.#moveTo(...move);
    else if (event.key === "Enter" || event.key === " ") this.#choose(row, column);
    else return;
    event.preventDefault();
  };

  #choose(row: number, column: number): void {
    this.setState({ row, column });
    const place = placeOf(this.#rows()[row], this.#columns()[column]);
    if (place) this.props.onPlace(place);
  }

  readonly #clicked = (event: MouseEvent) => {
    const target = event.target instanceof Element ? event.target.closest("[data-at]") : null;
    const at = target?.getAttribute("data-at")?.split(",").map(Number);
    if (at) this.#choose(at[0] ?? -1, at[1] ?? -1);
  };

  override render({ model, turned, place, stale }: Props, state: State): ComponentChild {
    const rows = this.#rows();
    const columns = this.#columns();
    if (!sameLines(this.#stable, columns)) this.#stable = columns;
    const sizes = sizesOf(turned, state.width);
    const shown = partOf(rows.length, ROW, state.top, state.height - sizes.head, SPARE);
    const across = partOf(columns.length, sizes.column, state.left, state.width - sizes.header, SPARE);
    const width = sizes.header + columns.length * sizes.column;
    const lines = [];
    for (let i = shown.first; i < shown.end; i += 1) {
      const line = rows[i];
      if (!line) continue;
      lines.push(
        <MatrixRow
          key={line.id}
          model={model}
          line={line}
          index={i}
          version={versionOf(model, line)}
          columns={this.#stable}
          part={across}
          first={across.first}
          end={across.end}
          sizes={sizes}
          header={sizes.header}
          width={width}
          cursor={state.row === i ? state.column : null}
          chosen={chosenIn(place, line)}
        />,
      );
    }
    return (
      <div
        class={stale ? "matrix stale" : "matrix"}
        ref={(box: HTMLElement | null) => void (this.#box = box)}
        role="grid"
        aria-label={turned ? "DaemonSets and nodes" : "Nodes and DaemonSets"}
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length + 1}
        aria-activedescendant={`at-${state.row}-${state.column}`}
        tabIndex={0}
        onScroll={this.#scrolled}
        onKeyDown={this.#pressed}
        onClick={this.#clicked}
      >
        <Heads columns={columns} part={across} sizes={sizes} width={width} turned={turned} cursor={state} />
        <div class="rows" role="rowgroup" style={{ height: `${rows.length * ROW}px`, width: `${width}px` }}>
          {lines}
        </div>
      </div>
    );
  }
}

function sameLines(one: readonly Line[], other: readonly Line[]): boolean {
  const same = (line: Line, index: number) => line.id === other[index]?.id && line.slot === other[index].slot;
  return one.length === other.length && one.every(same);
}

/** Of a DaemonSet's row all cells may change with the DaemonSet. */
function versionOf(model: Model, line: Line): number {
  const versions = line.kind === "node" ? model.rowVersions : model.columnVersions;
  return versions[line.slot] ?? 0;
}

/** The id of what is chosen in this row; "" is the row itself. */
function chosenIn(place: Place | null, line: Line): string | null {
  if (!place || line.kind === "group") return null;
  const [own, other] = line.kind === "node" ? [place.node, place.daemonSet] : [place.daemonSet, place.node];
  return own === line.id ? other : null;
}

interface HeadsProps {
  readonly columns: readonly Line[];
  readonly part: Part;
  readonly sizes: Sizes;
  readonly width: number;
  readonly turned: boolean;
  readonly cursor: State;
}

function Heads({ columns, part, sizes, width, turned, cursor }: HeadsProps): ComponentChild {
  const heads = columns.slice(part.first, part.end).map((line, i) => {
    const index = part.first + i;
    const at = cursor.row === -1 && cursor.column === index;
    return (
      <div
        key={line.id}
        role="columnheader"
        id={`at--1-${index}`}
        class={`head ${line.kind}${at ? " cursor" : ""}${turned ? " upright" : ""}`}
        aria-colindex={index + 2}
        data-at={`-1,${index}`}
        style={{ left: `${sizes.header + index * sizes.column}px`, width: `${sizes.column}px` }}
        title={line.note === "" ? line.id : `${line.id}: ${line.note}`}
      >
        <span>{line.label}</span>
      </div>
    );
  });
  return (
    <div class="heads" role="rowgroup" style={{ width: `${width}px`, height: `${sizes.head}px` }}>
      <div role="row" aria-rowindex={1}>
        <div
          role="columnheader"
          id="at--1--1"
          class={`corner${cursor.row === -1 && cursor.column === -1 ? " cursor" : ""}`}
          aria-colindex={1}
          style={{ width: `${sizes.header}px` }}
        >
          {turned ? "DaemonSet" : "Node"}
        </div>
        {heads}
      </div>
    </div>
  );
}

interface RowProps {
  readonly model: Model;
  readonly line: Line;
  readonly index: number;
  readonly version: number;
  readonly columns: readonly Line[];
  readonly part: Part;
  readonly first: number;
  readonly end: number;
  readonly sizes: Sizes;
  readonly header: number;
  readonly width: number;
  readonly cursor: number | null;
  readonly chosen: string | null;
}

const MatrixRow = memo<RowProps>(
  ({ model, line, index, columns, part, sizes, width, cursor, chosen }) => {
    const cells = [];
    for (let i = part.first; i < part.end; i += 1) {
      const column = columns[i];
      if (column) cells.push(cellFor(model, line, column, index, i, sizes, cursor === i, chosen === column.id));
    }
    return (
      <div
        class={`row ${line.kind}`}
        role="row"
        aria-rowindex={index + 2}
        style={{ transform: `translateY(${index * ROW}px)`, width: `${width}px` }}
      >
        <div
          role="rowheader"
          id={`at-${index}--1`}
          class={`name${line.note === "" || line.kind !== "node" ? "" : " noted"}${cursor === -1 ? " cursor" : ""}`}
          aria-colindex={1}
          aria-selected={chosen === ""}
          data-at={`${index},-1`}
          style={{ width: `${sizes.header}px` }}
          title={line.note === "" ? line.id : `${line.id}: ${line.note}`}
        >
          {line.label}
          {line.note !== "" && line.kind === "node" && <span class="note"> {line.note}</span>}
        </div>
        {cells}
      </div>
    );
  },
  // `part`, `sizes` and the lists are made anew each time; what they say is in the other properties.
  ["model", "version", "index", "first", "end", "header", "width", "cursor", "chosen", "columns"],
  (props) => `${props.line.id} ${props.line.label} ${props.line.note}`,
);

function cellFor(
  model: Model,
  line: Line,
  column: Line,
  row: number,
  index: number,
  sizes: Sizes,
  cursor: boolean,
  chosen: boolean,
): ComponentChild {
  const [node, daemonSet] = line.kind === "daemonSet" ? [column, line] : [line, column];
  const cell = node.kind === "node" ? cellOf(model.sign(node.slot, daemonSet.slot)) : undefined;
  const words = cell ? inWords(cell) : "nothing";
  const state = cell ? `s${STATES.indexOf(cell.state)}` : "";
  const trouble = cell && cell.trouble !== "none" ? " trouble" : "";
  const label = node.kind === "group" ? "" : `${daemonSet.label} on ${node.label}: ${words}`;
  return (
    <div
      key={column.id}
      role="gridcell"
      id={`at-${row}-${index}`}
      class={`cell${cursor ? " cursor" : ""}`}
      aria-colindex={index + 2}
      aria-selected={chosen}
      aria-label={label}
      title={label}
      data-at={`${row},${index}`}
      style={{ left: `${sizes.header + index * sizes.column}px`, width: `${sizes.column}px` }}
    >
      {cell && <i class={`sign ${state}${trouble}`} />}
    </div>
  );
}

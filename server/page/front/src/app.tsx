/** The page: what to show, the matrix, and beside it why. */

import { Component, createRef, type ComponentChild } from "preact";
import type { Steer } from "./actions";
import { arrange, type Arrangement } from "./arrange";
import { Details, type Explanation } from "./details";
import type { Past } from "./history";
import { Live } from "./live";
import { Matrix } from "./matrix";
import { idOf, type DaemonSet, type Model } from "./model";
import { MEANING, STATES, type State } from "./signs";
import { readView, writeView, type Grouping, type Order, type Place, type View } from "./view";

type Theme = "auto" | "light" | "dark";
const THEMES: readonly Theme[] = ["auto", "light", "dark"];
const THEME_KEY = "everynode-theme";

interface Seen {
  readonly view: View;
  /** Grows when there is something new to draw. */
  readonly version: number;
  readonly theme: Theme;
  readonly now: number;
}

export class App extends Component<{ readonly token: string }, Seen> {
  readonly #live = new Live(this.props.token, () => this.#drawSoon());
  readonly #search = createRef<HTMLInputElement>();
  #waits = false;
  #clock: ReturnType<typeof setInterval> | undefined;

  override state: Seen = {
    view: readView(location.search),
    version: 0,
    theme: THEMES.find((theme) => theme === localStorage.getItem(THEME_KEY)) ?? "auto",
    now: Date.now(),
  };

  override componentDidMount(): void {
    void this.#live.run();
    addEventListener("popstate", this.#wentBack);
    addEventListener("keydown", this.#pressed);
    this.#clock = setInterval(() => this.#tick(), 1000);
  }

  override componentWillUnmount(): void {
    removeEventListener("popstate", this.#wentBack);
    removeEventListener("keydown", this.#pressed);
    clearInterval(this.#clock);
  }

  /** However much comes, the page is drawn once a frame. */
  #drawSoon(): void {
    if (this.#waits) return;
    this.#waits = true;
    requestAnimationFrame(() => {
      this.#waits = false;
      this.setState(({ version }) => ({ version: version + 1 }));
    });
  }

  #tick(): void {
    if (this.#problem() !== "") this.setState({ now: Date.now() });
  }

  readonly #wentBack = () => this.setState({ view: readView(location.search) });

  readonly #pressed = (event: KeyboardEvent) => {
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (event.key === "Escape" && this.state.view.place) this.#show({ place: null });
    else if (event.key === "/" && !typing) this.#search.current?.focus();
    else return;
    event.preventDefault();
  };

  /** Another place, and none, is a step that "back" undoes; filters are not. */
  #show(change: Partial<View>): void {
    const view = { ...this.state.view, ...change };
    const address = location.pathname + writeView(view);
    if (change.place !== undefined) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
    this.setState({ view });
    if (change.place === null) document.querySelector<HTMLElement>(".matrix")?.focus();
  }

  readonly #place = (place: Place) => this.#show({ place });
  readonly #close = () => this.#show({ place: null });
  readonly #ask = async ({ daemonSet, node }: Place) => (await this.#live.explain(daemonSet, node)) as Explanation;

  readonly #askHistory = async (daemonSet: string) => (await this.#live.history(daemonSet)) as Past;

  readonly #steer: Steer = (daemonSet, wish) => this.#live.steer(daemonSet, wish);

  #setTheme(theme: Theme): void {
    localStorage.setItem(THEME_KEY, theme);
    this.setState({ theme });
  }

  /** Why what is shown may not be so, with its age; empty: it is live. */
  #problem(): string {
    const { connection, model, toldAt } = this.#live;
    if (connection.kind === "refused")
      return "The token is missing or wrong: open the address that everynode dashboard has printed.";
    if (connection.kind === "lost")
      return `everynode dashboard does not answer any more. This was seen ${age(Date.now() - connection.since)} ago.`;
    const standing = model?.standing;
    if (!standing || standing.problem === "") return "";
    if (!standing.known) return `Nothing is known yet: ${standing.problem}`;
    const seen = age((standing.age ?? 0) + Date.now() - toldAt);
    return `Nothing new comes from the API server: ${standing.problem}. This was seen ${seen} ago.`;
  }

  override render(_: unknown, { view, theme }: Seen): ComponentChild {
    const { model } = this.#live;
    const problem = this.#problem();
    const arrangement = model && arrange(model, view);
    return (
      <div class="page" data-theme={theme}>
        <header class="top">
          <h1>DaemonSets</h1>
          {model && <Scope model={model} />}
          <span class="space" />
          <label class="theme">
            Theme
            <select value={theme} onChange={(event) => this.#setTheme(event.currentTarget.value as Theme)}>
              {THEMES.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        </header>
        <p class={problem === "" ? "standing live" : "standing trouble"} role="status">
          {problem === "" ? (model ? "live" : "connecting …") : problem}
        </p>
        {model && arrangement && this.#main(model, arrangement, view, problem !== "")}
      </div>
    );
  }

  #main(model: Model, arrangement: Arrangement, view: View, stale: boolean): ComponentChild {
    const columns = model.columns.filter((column) => column !== null);
    return (
      <main>
        {this.#filters(columns, arrangement, view)}
        {this.#legend(arrangement, view)}
        <div class="main">
          {arrangement.shown > 0 && arrangement.daemonSets.length > 0 ? (
            <Matrix
              key={String(view.turned)}
              model={model}
              arrangement={arrangement}
              turned={view.turned}
              place={view.place}
              stale={stale}
              onPlace={this.#place}
            />
          ) : (
            <p class="empty">{emptiness(model, columns, arrangement)}</p>
          )}
          {view.place && (
            <Details
              place={view.place}
              model={model}
              version={versionOf(model, view.place)}
              ask={this.#ask}
              askHistory={this.#askHistory}
              steer={model.about.actions ? this.#steer : undefined}
              onClose={this.#close}
              onPlace={this.#place}
            />
          )}
        </div>
      </main>
    );
  }

  #filters(columns: readonly DaemonSet[], arrangement: Arrangement, view: View): ComponentChild {
    return (
      <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
        <label>
          Find
          <input
            ref={this.#search}
            type="search"
            value={view.text}
            placeholder="node, label or note"
            onInput={(event) => this.#show({ text: event.currentTarget.value })}
          />
        </label>
        <label>
          Selector
          <input
            type="text"
            spellcheck={false}
            value={view.selector}
            placeholder="zone in (a,b),!gpu"
            aria-invalid={arrangement.badSelector}
            onInput={(event) => this.#show({ selector: event.currentTarget.value })}
          />
        </label>
        <label>
          DaemonSet
          <select
            value={view.daemonSets[0] ?? ""}
            onChange={({ currentTarget: { value } }) => this.#show({ daemonSets: value === "" ? [] : [value] })}
          >
            <option value="">all</option>
            {columns.map(idOf).map((id) => (
              <option key={id} value={id}>
                {id}
              </option>
            ))}
          </select>
        </label>
        <label>
          Group by
          <select value={view.group} onChange={(event) => this.#show({ group: event.currentTarget.value as Grouping })}>
            <option>zone</option>
            <option>pool</option>
            <option>none</option>
          </select>
        </label>
        <label>
          Order
          <select value={view.order} onChange={(event) => this.#show({ order: event.currentTarget.value as Order })}>
            <option value="name">by name</option>
            <option value="worst">worst first</option>
          </select>
        </label>
        <button type="button" aria-pressed={view.turned} onClick={() => this.#show({ turned: !view.turned })}>
          Nodes across
        </button>
      </form>
    );
  }

  /** Says what the signs mean and how many there are, and chooses among them. */
  #legend(arrangement: Arrangement, view: View): ComponentChild {
    const toggle = (state: State) =>
      view.states.includes(state) ? view.states.filter((one) => one !== state) : [...view.states, state];
    return (
      <div class="legend" role="group" aria-label="States: choose which nodes are shown">
        {STATES.map((state, index) => (
          <button
            key={state}
            type="button"
            aria-pressed={view.states.includes(state)}
            title={MEANING[state]}
            onClick={() => this.#show({ states: toggle(state) })}
          >
            <i class={`sign s${index}`} />
            {state} <b>{arrangement.counts[state]}</b>
          </button>
        ))}
        <span class="troubled">
          <i class="sign s2 trouble" /> in trouble <b>{arrangement.inTrouble}</b>
        </span>
        <span class="shown">
          {arrangement.shown} of {arrangement.of} nodes
        </span>
      </div>
    );
  }
}

function Scope({ model }: { readonly model: Model }): ComponentChild {
  const { namespace, why } = model.about;
  if (namespace === "") return <span class="scope">all namespaces</span>;
  return <span class="scope">{why === "" ? `namespace ${namespace}` : `only namespace ${namespace}: ${why}`}</span>;
}

function emptiness(model: Model, columns: readonly DaemonSet[], arrangement: Arrangement): string {
  if (!model.standing.known) return "Waiting for the cluster …";
  if (columns.length === 0) return "There are no DaemonSets.";
  return arrangement.of === 0 ? "There are no nodes." : "No node is left by these filters.";
}

/** Of what is explained: it is asked for again when this changes. */
function versionOf(model: Model, place: Place): string {
  const row = model.rows.findIndex((one) => one?.name === place.node);
  const column = model.columns.findIndex((one) => one !== null && idOf(one) === place.daemonSet);
  return `${model.epoch}/${model.rowVersions[row] ?? 0}/${model.columnVersions[column] ?? 0}`;
}

function age(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}

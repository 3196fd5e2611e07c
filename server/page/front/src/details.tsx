/** Why: what `everynode explain` says about a DaemonSet, a node, or the two together. */

import { Component, type ComponentChild } from "preact";
import { Confirm, Offers, type Steer } from "./actions";
import { AtAdmission, type Admitted } from "./admitted";
import { History, type Past } from "./history";
import type { DaemonSet, Labels, Model, Wave } from "./model";
import { idOf } from "./model";
import { STATES, type State } from "./signs";
import type { Place } from "./view";
import type { Offer } from "./wish";

interface NodeReport {
  readonly node: string;
  readonly state: State;
  readonly pod: string;
  readonly why: string;
  readonly trouble: string;
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly since: string;
}

interface Explained extends DaemonSet {
  readonly nodes: readonly NodeReport[];
  readonly strategy: string;
  readonly selector: string;
  readonly conditions: readonly Condition[];
  readonly lines: readonly string[];
  /** Only of a DaemonSet that is asked for by name. */
  readonly offers?: readonly Offer[];
  readonly timeLine?: readonly Moment[];
  readonly admitted?: Admitted;
}

interface Moment {
  readonly at: string;
  readonly what: string;
  readonly ahead: boolean;
}

export interface Explanation {
  readonly node: {
    readonly name: string;
    readonly labels: Labels;
    readonly taints: readonly string[];
    readonly health: string;
  } | null;
  readonly daemonSets: readonly Explained[];
}

interface Props {
  readonly place: Place;
  readonly model: Model;
  /** Something may be said otherwise when it changes. */
  readonly version: string;
  readonly ask: (place: Place) => Promise<Explanation>;
  readonly askHistory: (daemonSet: string) => Promise<Past>;
  /** Absent: nothing may be changed from this page. */
  readonly steer: Steer | undefined;
  readonly onClose: () => void;
  readonly onPlace: (place: Place) => void;
}

interface Seen {
  readonly explanation?: Explanation | undefined;
  readonly failure?: string | undefined;
  /** What somebody has to confirm. */
  readonly asked?: { readonly daemonSet: string; readonly offer: Offer } | undefined;
}

/** At most so often, however much changes. */
const PAUSE = 1000;
/** At least so often: the board does not tell of each reason, condition or countdown. */
const LONGEST = 5000;

export class Details extends Component<Props, Seen> {
  override state: Seen = {};
  #heading: HTMLElement | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #askedAt = 0;
  #gone = false;

  override componentDidMount(): void {
    this.#heading?.focus();
    this.#ask();
  }

  override componentWillUnmount(): void {
    this.#gone = true;
    clearTimeout(this.#timer);
  }

  override componentDidUpdate(before: Props): void {
    if (before.place !== this.props.place) {
      this.setState({ explanation: undefined, failure: undefined });
      this.#askedAt = 0;
    }
    if (before.place !== this.props.place || before.version !== this.props.version) this.#soon();
  }

  #soon(pause = PAUSE): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), Math.max(0, this.#askedAt + pause - Date.now()));
  }

  #ask(): void {
    const { place, ask } = this.props;
    this.#timer = undefined;
    this.#askedAt = Date.now();
    const take = (seen: Seen) => {
      if (this.#gone || place !== this.props.place) return;
      this.setState(seen);
      if (this.#timer === undefined) this.#soon(LONGEST);
    };
    ask(place).then(
      (explanation) => take({ explanation, failure: undefined }),
      (error: unknown) => {
        const failure = error instanceof Error ? error.message : String(error);
        // Without an answer (fetch throws a TypeError) what was seen last is still worth reading.
        take(error instanceof TypeError ? { failure } : { explanation: undefined, failure });
      },
    );
  }

  readonly #onAsk = (offer: Offer) => this.setState({ asked: { daemonSet: this.props.place.daemonSet, offer } });

  /** The button that opened the dialog may have gone meanwhile, and the focus with it. */
  readonly #onAsked = () => {
    this.setState({ asked: undefined }, () => {
      if (document.activeElement === document.body) this.#heading?.focus();
    });
  };

  override render(
    { place, askHistory, steer, onClose, onPlace }: Props,
    { explanation, failure, asked }: Seen,
  ): ComponentChild {
    const title = [place.daemonSet, place.node].filter((part) => part !== "").join(" on ");
    return (
      <aside class="details" aria-label={`Why: ${title}`}>
        <header>
          <h2 tabIndex={-1} ref={(heading: HTMLElement | null) => void (this.#heading = heading)}>
            {title}
          </h2>
          <button type="button" class="close" aria-label="Close" onClick={onClose}>
            ×
          </button>
        </header>
        {failure !== undefined && <p class="failure">{failure}</p>}
        {!explanation && failure === undefined && <p>…</p>}
        {explanation && (
          <Explained_
            explanation={explanation}
            place={place}
            askHistory={askHistory}
            onAsk={steer && this.#onAsk}
            onPlace={onPlace}
          />
        )}
        {asked && steer && <Confirm {...asked} steer={steer} onClose={this.#onAsked} />}
      </aside>
    );
  }
}

interface ExplainedProps {
  readonly explanation: Explanation;
  readonly place: Place;
  readonly askHistory: (daemonSet: string) => Promise<Past>;
  readonly onAsk: ((offer: Offer) => void) | undefined;
  readonly onPlace: (place: Place) => void;
}

function Explained_({ explanation, place, askHistory, onAsk, onPlace }: ExplainedProps): ComponentChild {
  const [only] = explanation.daemonSets;
  return (
    <>
      {place.daemonSet !== "" && only && <Report report={only.nodes[0]} node={place.node} />}
      {only?.admitted && <AtAdmission admitted={only.admitted} />}
      {place.daemonSet !== "" && only && <OneDaemonSet facts={only} onAsk={onAsk} />}
      {place.daemonSet !== "" && only && (
        <History
          key={place.daemonSet}
          daemonSet={place.daemonSet}
          version={versionOf(only)}
          ask={askHistory}
          onAsk={onAsk}
        />
      )}
      {place.daemonSet === "" && (
        <section>
          <h3>DaemonSets</h3>
          <ul class="plain">
            {explanation.daemonSets.map((facts) => (
              <li key={idOf(facts)}>
                <button type="button" class="link" onClick={() => onPlace({ ...place, daemonSet: idOf(facts) })}>
                  {idOf(facts)}
                </button>
                <Report report={facts.nodes[0]} node={place.node} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {explanation.node && <OneNode node={explanation.node} />}
      {place.node !== "" && !explanation.node && <p>Nothing else is known of this node.</p>}
    </>
  );
}

export function Chip({ state }: { readonly state: State }): ComponentChild {
  return (
    <span class="chip">
      <i class={`sign s${STATES.indexOf(state)}`} />
      {state}
    </span>
  );
}

function Report({ report, node }: { readonly report: NodeReport | undefined; readonly node: string }): ComponentChild {
  if (node === "") return null;
  if (!report) return <p>It says nothing about this node.</p>;
  return (
    <p class="report">
      <Chip state={report.state} />
      {report.trouble !== "none" && <span class="chip trouble">{report.trouble}</span>}
      {report.pod !== "" && <code>{report.pod}</code>}
      {report.why !== "" && <span class="why">{report.why}</span>}
    </p>
  );
}

interface OneProps {
  readonly facts: Explained;
  readonly onAsk: ((offer: Offer) => void) | undefined;
}

function OneDaemonSet({ facts, onAsk }: OneProps): ComponentChild {
  const waves = facts.policy?.waves ?? [];
  const unseen = [facts.unseenNodes, facts.unseenEvents, facts.unseenPolicies].filter((text) => text !== undefined);
  return (
    <>
      <section>
        <h3>DaemonSet</h3>
        <dl>
          <Fact name="Revision">{facts.revision > 0 ? `${facts.revision} (${facts.hash})` : "not recorded yet"}</Fact>
          <Fact name="Nodes">{`${facts.desired} should run a pod, ${facts.unavailable} have no available one`}</Fact>
          <Fact name="Strategy">{facts.strategy}</Fact>
          <Fact name="Selector">{facts.selector}</Fact>
          <Fact name="Waits for">{facts.waitsFor}</Fact>
          <Fact name="Refused">{facts.refusal?.message ?? ""}</Fact>
        </dl>
        {unseen.map((text) => (
          <p key={text} class="failure">
            {text}
          </p>
        ))}
      </section>
      {facts.lines.length > 0 && (
        <section>
          <h3>Policy</h3>
          {waves.length > 1 && <Waves waves={waves} />}
          <pre>{facts.lines.join("\n")}</pre>
        </section>
      )}
      <Offers offers={facts.offers ?? []} onAsk={onAsk} />
      {facts.timeLine && facts.timeLine.length > 0 && <TimeLine moments={facts.timeLine} />}
      {facts.conditions.length > 0 && (
        <section>
          <h3>Conditions</h3>
          <dl>
            {facts.conditions.map((condition) => (
              <Fact key={condition.type} name={`${condition.type} ${condition.status}`}>
                {[condition.reason, condition.message, condition.since].filter((text) => text !== "").join(" · ")}
              </Fact>
            ))}
          </dl>
        </section>
      )}
    </>
  );
}

/** Of its history: which revision is which may change with it. */
function versionOf(facts: Explained): string {
  return `${facts.revision}/${facts.hash}/${facts.policy?.phase ?? ""}`;
}

function TimeLine({ moments }: { readonly moments: readonly Moment[] }): ComponentChild {
  return (
    <section>
      <h3>Time line</h3>
      <p class="dim">As the objects that are there tell it: what has gone since left no trace.</p>
      <ol class="plain timeline">
        {moments.map(({ at, what, ahead }) => (
          <li key={at + what} class={ahead ? "ahead" : ""}>
            <time dateTime={at}>{at}</time> {what}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Waves({ waves }: { readonly waves: readonly Wave[] }): ComponentChild {
  return (
    <ol class="waves">
      {waves.map((wave) => (
        <li key={wave.name} class={wave.standing}>
          <span>{wave.name}</span>
          <progress aria-label={`wave ${wave.name}`} max={Math.max(1, wave.desired)} value={wave.updated} />
          <span>{`${wave.updated}/${wave.desired} ${wave.standing}`}</span>
        </li>
      ))}
    </ol>
  );
}

function OneNode({ node }: { readonly node: NonNullable<Explanation["node"]> }): ComponentChild {
  return (
    <section>
      <h3>Node</h3>
      <dl>
        <Fact name="Health">{node.health === "" ? "Ready" : node.health}</Fact>
        <Fact name="Taints">{node.taints.join(", ")}</Fact>
      </dl>
      <details>
        <summary>{`${Object.keys(node.labels).length} labels`}</summary>
        <ul class="plain labels">
          {Object.entries(node.labels).map(([key, value]) => (
            <li key={key}>
              <code>{value === "" ? key : `${key}=${value}`}</code>
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: string }): ComponentChild {
  if (children === "") return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

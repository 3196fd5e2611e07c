/** The revisions of a DaemonSet, and what each changed. */

import { Component, type ComponentChild } from "preact";
import { Undo } from "./actions";
import { differences, type Line } from "./diff";
import type { Offer } from "./wish";

export interface Revision {
  readonly revision: number;
  readonly name: string;
  readonly created: string;
  /** Empty: it has none. */
  readonly changeCause: string;
  readonly current: boolean;
  readonly lastComplete: boolean;
  readonly failed?: string;
  /** Absent: it is the current one. */
  readonly undo?: Offer;
  /** In YAML. */
  readonly template: string;
}

export interface Past {
  /** The newest first. */
  readonly revisions: readonly Revision[];
}

interface Props {
  readonly daemonSet: string;
  /** They are asked for again when it changes. */
  readonly version: string;
  readonly ask: (daemonSet: string) => Promise<Past>;
  /** Absent: nothing may be changed from this page. */
  readonly onAsk?: ((offer: Offer) => void) | undefined;
}

interface Seen {
  readonly past?: Past;
  readonly failure?: string | undefined;
}

/** How long after a failure it asks again, in ms. */
const AGAIN = 3000;

export class History extends Component<Props, Seen> {
  override state: Seen = {};
  #gone = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  override componentDidMount(): void {
    this.#ask();
  }

  override componentDidUpdate(before: Props): void {
    if (before.version !== this.props.version) this.#ask();
  }

  override componentWillUnmount(): void {
    this.#gone = true;
    clearTimeout(this.#timer);
  }

  #ask(): void {
    const { daemonSet, version, ask } = this.props;
    clearTimeout(this.#timer);
    const take = (seen: Seen) => {
      if (this.#gone || version !== this.props.version) return;
      this.setState(seen);
      if (seen.failure !== undefined) this.#timer = setTimeout(() => this.#ask(), AGAIN);
    };
    ask(daemonSet).then(
      (past) => take({ past, failure: undefined }),
      (error: unknown) => take({ failure: error instanceof Error ? error.message : String(error) }),
    );
  }

  override render({ onAsk }: Props, { past, failure }: Seen): ComponentChild {
    const revisions = past?.revisions ?? [];
    return (
      <section>
        <h3>History</h3>
        {!past && <p class={failure === undefined ? "" : "failure"}>{failure ?? "…"}</p>}
        {past && revisions.length === 0 && <p>No revision is recorded yet.</p>}
        <ol class="plain history">
          {revisions.map((one, index) => (
            <li key={one.name}>
              <strong>{`Revision ${one.revision}`}</strong> <code>{one.name}</code>{" "}
              <span class="why">{standingOf(one)}</span>
              {one.changeCause !== "" && <p>{one.changeCause}</p>}
              {one.failed !== undefined && <p class="failure">{one.failed}</p>}
              {one.undo && <Undo offer={one.undo} onAsk={onAsk} />}
              <Changes revision={one} before={revisions[index + 1]} />
            </li>
          ))}
        </ol>
      </section>
    );
  }
}

function standingOf({ current, lastComplete, failed, created }: Revision): string {
  const words = [current && "current", lastComplete && "last complete", failed !== undefined && "failed", created];
  return words.filter((word) => word !== false).join(" · ");
}

interface ChangesProps {
  readonly revision: Revision;
  readonly before: Revision | undefined;
}

/** Made when it is opened: a template may be long. */
class Changes extends Component<ChangesProps, { readonly open: boolean }> {
  override state = { open: false };

  override render({ revision, before }: ChangesProps, { open }: { readonly open: boolean }): ComponentChild {
    return (
      <details onToggle={({ currentTarget }) => this.setState({ open: currentTarget.open })}>
        <summary>{before ? `Changes since revision ${before.revision}` : "Template"}</summary>
        {open && !before && <pre>{revision.template}</pre>}
        {open && before && <Difference before={before.template} after={revision.template} />}
      </details>
    );
  }
}

function Difference({ before, after }: { readonly before: string; readonly after: string }): ComponentChild {
  const groups = differences(before, after);
  if (groups.length === 0) return <p>The templates are the same.</p>;
  return (
    <>
      {groups.map((lines, index) => (
        <pre key={index} class="difference">
          {lines.map(marked)}
        </pre>
      ))}
    </>
  );
}

function marked({ mark, text }: Line, index: number): ComponentChild {
  const line = `${mark} ${text}\n`;
  if (mark === "+") return <ins key={index}>{line}</ins>;
  if (mark === "-") return <del key={index}>{line}</del>;
  return <span key={index}>{line}</span>;
}

/** Changes of a rollout: what is offered, and the dialog that asks before anything is changed. */

import { Component, createRef, type ComponentChild } from "preact";
import { meaningOf, titleOf, type Offer, type Outcome, type Wish } from "./wish";

export type Steer = (daemonSet: string, wish: Wish) => Promise<Outcome>;

interface OffersProps {
  readonly offers: readonly Offer[];
  /** Absent: nothing may be changed from this page, and the commands alone are shown. */
  readonly onAsk?: ((offer: Offer) => void) | undefined;
}

/** Of a policy: to pause, to promote and the like. */
export function Offers({ offers, onAsk }: OffersProps): ComponentChild {
  if (offers.length === 0) return null;
  return (
    <section class="offers">
      <h3>Steer it</h3>
      <ul class="plain">
        {offers.map((offer) => (
          <li key={offer.command}>
            {onAsk ? <Ask offer={offer} onAsk={onAsk} /> : <Alone title={titleOf(offer.wish)} offer={offer} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

interface UndoProps {
  readonly offer: Offer;
  readonly onAsk?: ((offer: Offer) => void) | undefined;
}

/** Of one revision of the history. */
export function Undo({ offer, onAsk }: UndoProps): ComponentChild {
  if (onAsk) return <Ask offer={offer} onAsk={onAsk} />;
  return (
    <details>
      <summary>{titleOf(offer.wish)}</summary>
      <Command command={offer.command} />
    </details>
  );
}

function Ask({ offer, onAsk }: { readonly offer: Offer; readonly onAsk: (offer: Offer) => void }): ComponentChild {
  return (
    <button type="button" class={`ask ${offer.wish.change}`} onClick={() => onAsk(offer)}>
      {`${titleOf(offer.wish)} …`}
    </button>
  );
}

function Alone({ title, offer }: { readonly title: string; readonly offer: Offer }): ComponentChild {
  return (
    <>
      <p>{title}</p>
      <Command command={offer.command} />
    </>
  );
}

/** With a button that copies it. */
class Command extends Component<{ readonly command: string }, { readonly told: string }> {
  override state = { told: "" };

  readonly #copy = () => {
    // Browsers give a clipboard to pages of this machine and of HTTPS only.
    const { clipboard } = navigator as Partial<Navigator>;
    const copied = clipboard ? clipboard.writeText(this.props.command) : Promise.reject(new Error("no clipboard"));
    copied.then(
      () => this.setState({ told: "copied" }),
      () => this.setState({ told: "select and copy it yourself: the browser does not let this page" }),
    );
  };

  override render({ command }: { readonly command: string }, { told }: { readonly told: string }): ComponentChild {
    return (
      <div class="command">
        <pre>{command}</pre>
        <button type="button" onClick={this.#copy}>
          Copy
        </button>
        <span role="status">{told}</span>
      </div>
    );
  }
}

interface ConfirmProps {
  readonly daemonSet: string;
  readonly offer: Offer;
  readonly steer: Steer;
  readonly onClose: () => void;
}

interface Confirmed {
  readonly running: boolean;
  readonly outcome?: Outcome;
}

/** Nothing is changed before somebody has seen what, and has said yes; what came of it is told in the same place. */
export class Confirm extends Component<ConfirmProps, Confirmed> {
  override state: Confirmed = { running: false };
  readonly #dialog = createRef<HTMLDialogElement>();
  #gone = false;

  override componentDidMount(): void {
    this.#dialog.current?.showModal();
  }

  override componentWillUnmount(): void {
    this.#gone = true;
  }

  readonly #close = () => this.#dialog.current?.close();

  readonly #confirm = () => {
    const { daemonSet, offer, steer } = this.props;
    const take = (outcome: Outcome) => {
      if (!this.#gone) this.setState({ running: false, outcome });
    };
    this.setState({ running: true });
    steer(daemonSet, offer.wish).then(take, (error: unknown) =>
      take({ refused: error instanceof Error ? error.message : String(error), warnings: [] }),
    );
  };

  override componentDidUpdate(_: ConfirmProps, before: Confirmed): void {
    if (!before.outcome && this.state.outcome) this.#dialog.current?.querySelector<HTMLElement>(".end")?.focus();
  }

  override render({ daemonSet, offer, onClose }: ConfirmProps, { running, outcome }: Confirmed): ComponentChild {
    return (
      <dialog
        ref={this.#dialog}
        class="confirm"
        aria-labelledby="confirm-title"
        aria-describedby="confirm-meaning"
        onClose={onClose}
        // The page's own keys are not for the dialog; Escape closes it, as the browser does.
        onKeyDown={(event) => event.stopPropagation()}
      >
        <h2 id="confirm-title">{`${titleOf(offer.wish)}: ${daemonSet}`}</h2>
        <p id="confirm-meaning">{meaningOf(offer.wish)}</p>
        <p class="dim">It is what this command does:</p>
        <Command command={offer.command} />
        <div role="status">{outcome ? <Told outcome={outcome} /> : running ? "under way …" : ""}</div>
        <p class="choice">
          {!outcome && (
            <button type="button" class="yes" disabled={running} onClick={this.#confirm}>
              {titleOf(offer.wish)}
            </button>
          )}
          <button type="button" class="end" onClick={this.#close}>
            {outcome || running ? "Close" : "Cancel"}
          </button>
        </p>
      </dialog>
    );
  }
}

function Told({ outcome }: { readonly outcome: Outcome }): ComponentChild {
  return (
    <>
      {outcome.warnings.map((warning) => (
        <p key={warning} class="warning">{`Warning: ${warning}`}</p>
      ))}
      {outcome.done !== undefined && <p class="done">{outcome.done}</p>}
      {outcome.refused !== undefined && <p class="failure">{outcome.refused}</p>}
    </>
  );
}

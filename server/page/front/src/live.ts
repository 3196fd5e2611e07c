/** The conversation with the server: all at first, then what changes, for as long as the page is open. */

import { createParser } from "eventsource-parser";
import { Model, type Delta, type Snapshot } from "./model";
import type { Outcome, Wish } from "./wish";

/** How the page itself stands with its server. */
export type Connection =
  | { readonly kind: "connecting" }
  | { readonly kind: "connected" }
  | { readonly kind: "refused" }
  | { readonly kind: "lost"; readonly since: number };

/** Two beats of the server may get lost. */
const SILENCE = 10_000;
const RETRY = 1000;

/** The rest of a request; the token comes of itself. */
type How = Omit<RequestInit, "headers"> & { readonly headers?: Readonly<Record<string, string>> };

class Refused extends Error {
  constructor() {
    super("the token is missing or wrong");
  }
}

export class Live {
  model: Model | undefined;
  connection: Connection = { kind: "connecting" };
  /** When the server's standing was told. */
  toldAt = 0;

  constructor(
    private readonly token: string,
    private readonly changed: () => void,
  ) {}

  /** Goes on until the token is refused. */
  async run(): Promise<void> {
    for (;;) {
      try {
        if (!this.model) this.#take(new Model((await this.#json("/api/snapshot")) as Snapshot));
        await this.#follow();
      } catch (error) {
        if (error instanceof Refused) {
          this.#set({ kind: "refused" });
          return;
        }
      }
      if (this.connection.kind === "connected") this.#set({ kind: "lost", since: Date.now() });
      await new Promise((done) => setTimeout(done, RETRY));
    }
  }

  async #ask(path: string, how: How = {}): Promise<Response> {
    const headers = { ...how.headers, Authorization: `Bearer ${this.token}` };
    const response = await fetch(path, { ...how, headers });
    if (response.status === 401) throw new Refused();
    return response;
  }

  async #json(path: string, how: How = {}): Promise<unknown> {
    const response = await this.#ask(path, how);
    if (!response.ok) throw new Error(await messageOf(response));
    return response.json();
  }

  /** What `everynode explain` says about a DaemonSet, a node or both. */
  async explain(daemonSet: string, node: string): Promise<unknown> {
    return this.#json(`/api/explain?${new URLSearchParams({ daemonSet, node }).toString()}`);
  }

  /** The revisions of a DaemonSet. */
  async history(daemonSet: string): Promise<unknown> {
    return this.#json(`/api/history?${new URLSearchParams({ daemonSet }).toString()}`);
  }

  /** Changes its rollout, if the server lets this page. */
  async steer(daemonSet: string, wish: Wish): Promise<Outcome> {
    const body = JSON.stringify({ daemonSet, ...wish });
    const how = { method: "POST", headers: { "Content-Type": "application/json" }, body };
    return (await this.#json("/api/rollout", how)) as Outcome;
  }

  #set(connection: Connection): void {
    this.connection = connection;
    this.changed();
  }

  #take(model: Model): void {
    this.model = model;
    this.toldAt = Date.now();
  }

  async #follow(): Promise<void> {
    const model = this.model;
    if (!model) return;
    const query = new URLSearchParams({ epoch: model.epoch, since: String(model.seq) });
    const silence = new Silence();
    const response = await this.#ask(`/api/events?${query.toString()}`, { signal: silence.signal });
    if (!response.ok || !response.body) throw new Error(await messageOf(response));
    this.#set({ kind: "connected" });
    const parser = createParser({ onEvent: (event) => this.#hear(event.event ?? "", event.data) });
    const text = response.body.pipeThrough(new TextDecoderStream());
    const reader = text.getReader();
    for (;;) {
      silence.restart();
      const { done, value } = await reader.read();
      if (done) break;
      parser.feed(value);
    }
    silence.end();
  }

  #hear(name: string, data: string): void {
    if (name === "snapshot") this.#take(new Model(JSON.parse(data) as Snapshot));
    if (name === "delta") {
      const delta = JSON.parse(data) as Delta;
      this.model?.apply(delta);
      if (delta.standing) this.toldAt = Date.now();
    }
    if (name === "snapshot" || name === "delta") this.changed();
  }
}

/** Ends a request when nothing has come for long: what is between us and the server need not say that it is gone. */
class Silence {
  readonly #abort = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  restart(): void {
    this.end();
    this.#timer = setTimeout(() => this.#abort.abort(), SILENCE);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

async function messageOf(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => null);
  const told = typeof body === "object" && body !== null && "message" in body ? body.message : "";
  return typeof told === "string" && told !== "" ? told : `the server answers ${response.status}`;
}

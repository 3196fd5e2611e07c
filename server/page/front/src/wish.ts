/** What may be wanted of a rollout, as the server offers it, and what came of it. */

export type Change = "pause" | "resume" | "promote" | "retry" | "undo";

export interface Wish {
  readonly change: Change;
  readonly wave?: string;
  /** The ControllerRevision that the offer is about: once another one is current, the server refuses. */
  readonly revision?: string;
  readonly toRevision?: number;
}

export interface Offer {
  readonly wish: Wish;
  /** For a shell. */
  readonly command: string;
}

export interface Outcome {
  readonly done?: string;
  readonly refused?: string;
  readonly warnings: readonly string[];
}

/** What a button says. */
export function titleOf({ change, wave, revision, toRevision }: Wish): string {
  switch (change) {
    case "pause":
      return "Pause";
    case "resume":
      return "Resume";
    case "promote":
      return `Promote wave ${wave ?? ""}`;
    case "retry":
      return `Retry ${revision ?? ""}`;
    case "undo":
      return `Go back to revision ${toRevision ?? 0}`;
  }
}

/** What it will do, for whoever has to confirm it. */
export function meaningOf({ change, wave, revision, toRevision }: Wish): string {
  switch (change) {
    case "pause":
      return "Stops all rollouts of the policy that serves it, also those of other DaemonSets.";
    case "resume":
      return "Lets all rollouts of the policy that serves it go on.";
    case "promote":
      return `Lets wave ${wave ?? ""} of ${revision ?? ""} go on: its hold is over, and the next wave may begin.`;
    case "retry":
      return `Rolls ${revision ?? ""} out again, though it was rolled back.`;
    case "undo":
      return `Puts the template of revision ${toRevision ?? 0} back, which is rolled out then.`;
  }
}

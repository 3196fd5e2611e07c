/** What admission made of a node's pod, and what its overlays give it. */

import type { ComponentChild } from "preact";

interface Field {
  readonly place: string;
  readonly value: string;
  readonly overlay: string;
  readonly how: string;
}

export interface Admitted {
  readonly pod: string;
  readonly seen: string;
  readonly overlays: string;
  readonly difference: string;
  /** The fields are in the pod; else it would get them if it were created now. */
  readonly given: boolean;
  readonly fields: readonly Field[];
  readonly leftOut: readonly { readonly overlay: string; readonly reason: string }[];
}

export function AtAdmission({ admitted }: { readonly admitted: Admitted }): ComponentChild {
  return (
    <section class="admitted">
      <h3>Admission</h3>
      <p>{`Pod ${admitted.pod}: ${admitted.seen}.`}</p>
      <p>{admitted.overlays === "" ? "No overlay is in it." : `Overlays in it: ${admitted.overlays}`}</p>
      {admitted.difference !== "" && <p class="failure">{admitted.difference}</p>}
      {admitted.fields.length > 0 && (
        <>
          <p>{admitted.given ? "Overlays gave it:" : "Created now, overlays would give it:"}</p>
          <ul class="plain">
            {admitted.fields.map((field) => (
              <li key={field.place}>
                <code>{`${field.place} = ${field.value}`}</code>
                {` by ${field.overlay}${field.how === "" ? "" : `: ${field.how}`}`}
              </li>
            ))}
          </ul>
        </>
      )}
      {admitted.leftOut.map(({ overlay, reason }) => (
        <p key={overlay} class="failure">{`Overlay ${overlay} is left out: ${reason}`}</p>
      ))}
    </section>
  );
}

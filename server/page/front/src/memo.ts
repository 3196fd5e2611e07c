/** A component that is drawn again only if something that it depends on has changed. */

import { Component, type ComponentChild, type ComponentType } from "preact";

/** `keys`: the properties that are compared by identity; `text`: what else it depends on. */
export function memo<Props extends object>(
  draw: (props: Props) => ComponentChild,
  keys: readonly (keyof Props)[],
  text: (props: Props) => string,
): ComponentType<Props> {
  return class extends Component<Props> {
    override shouldComponentUpdate(next: Props): boolean {
      const before = this.props as Props;
      return keys.some((key) => before[key] !== next[key]) || text(before) !== text(next);
    }

    override render(props: Props): ComponentChild {
      return draw(props);
    }
  };
}

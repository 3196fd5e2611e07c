/** Which part of many equal lines is to be drawn. */

export interface Part {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
}

/** The lines of `size` that are within `extent` from `offset` on, and `spare` more on both sides. */
export function partOf(count: number, size: number, offset: number, extent: number, spare: number): Part {
  const first = Math.max(0, Math.floor(offset / size) - spare);
  const end = Math.min(count, Math.ceil((offset + extent) / size) + spare);
  return { first: Math.min(first, end), end };
}

/** The least scroll offset after which the line is in view. */
export function offsetFor(index: number, size: number, offset: number, extent: number): number {
  const begin = index * size;
  if (begin < offset) return begin;
  return Math.max(offset, begin + size - extent);
}

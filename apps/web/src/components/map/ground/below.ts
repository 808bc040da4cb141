/** What lies below the marks of a map, for a picture of both: the ground as it is drawn now, and whom its tiles thank. */
export function groundBelow(marks: SVGSVGElement): {
  readonly ground?: HTMLCanvasElement;
  readonly thanks: readonly string[];
} {
  const map = marks.parentElement;
  const ground = map?.querySelector('canvas');
  const thanks = map?.querySelector('[data-thanks]')?.textContent ?? '';
  return { ...(ground ? { ground } : {}), thanks: thanks === '' ? [] : [thanks] };
}

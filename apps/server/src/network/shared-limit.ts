/** What a limit of several sockets together leaves to each: nobody more than the socket gives, what one cannot use the others have. */
export function sharedLimit(limitW: number, mostW: readonly number[]): number[] {
  const parts = mostW.map(() => 0);
  const order = mostW.map((_, n) => n).sort((a, b) => mostW[a]! - mostW[b]! || a - b);
  let leftW = Math.max(0, limitW);
  for (const [done, n] of order.entries()) {
    const partW = Math.min(mostW[n]!, Math.floor(leftW / (order.length - done)));
    parts[n] = partW;
    leftW -= partW;
  }
  return parts;
}

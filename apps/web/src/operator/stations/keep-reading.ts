/** Stations tell their states when they like: what is shown is read again while somebody looks. */
const EVERY_MS = 4_000;

/** @returns ends it */
export function keepReading(read: () => Promise<void>): () => void {
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const turn = async () => {
    if (!document.hidden) await read();
    if (!isOver) timer = setTimeout(() => void turn(), EVERY_MS);
  };
  void turn();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

import { ask } from './client.ts';

const AGAIN_MS = 3_000;
/** The server says something at least every 15 s: a stream that is silent for longer is cut, and nobody told us. */
const SILENT_MS = 40_000;

/**
 * Follows `/api/changes/stream` until the returned function is called. Read by fetch, because EventSource cannot send a key.
 * @param changed ids of contexts that changed; empty: only time went by
 * @param live whether the stream is open
 */
export function followChanges(
  changed: (contextIds: readonly string[]) => void,
  live: (isOpen: boolean) => void,
): () => void {
  const ending = new AbortController();
  void (async () => {
    while (!ending.signal.aborted) {
      const silence = new AbortController();
      let timer = setTimeout(() => silence.abort(), SILENT_MS);
      const heard = () => {
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), SILENT_MS);
      };
      try {
        const signal = AbortSignal.any([ending.signal, silence.signal]);
        const answer = await ask('/api/changes/stream', { signal });
        if (answer.body === null) throw new Error('The stream has no body');
        live(true);
        // What happened before the stream was open is not told.
        changed([]);
        for await (const contexts of events(answer.body, heard)) changed(contexts);
      } catch {
        // Refused or lost: both are said by `live`, and tried again.
      } finally {
        clearTimeout(timer);
      }
      if (ending.signal.aborted) return;
      live(false);
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  })();
  return () => ending.abort();
}

async function* events(
  body: ReadableStream<Uint8Array>,
  heard: () => void,
): AsyncGenerator<readonly string[]> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    heard();
    text += value;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = block.split('\n').find((line) => line.startsWith('data: '));
      if (data) yield (JSON.parse(data.slice(6)) as { contexts: string[] }).contexts;
    }
  }
}

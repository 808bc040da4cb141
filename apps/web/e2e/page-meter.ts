/** What a page costs in the browser: paints, scripts, tasks of its main thread by wall and by processor time, nodes, memory. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Browser, CDPSession, Page } from 'playwright-core';

const DIST = new URL('../dist/', import.meta.url);
/** A longer task is felt, ms (RAIL). */
export const LONG_MS = 50;
const GIVE_UP_MS = 60_000;

export interface Load {
  readonly firstPaintMs: number;
  /** When the first frame with data of the server was drawn, by the mark of the page. */
  readonly usefulMs: number;
  /** Scripts asked for until then, gzip. */
  readonly scriptBytes: number;
  readonly tasks: Tasks;
}

export interface Tasks {
  /** Tasks of more than 50 ms by the clock, and by the processor time of the thread. */
  readonly longByClock: number;
  readonly longByCpu: number;
  readonly longestMs: number;
  readonly longestCpuMs: number;
  /** Processor time of all tasks, ms. */
  readonly cpuMs: number;
}

export interface Held {
  readonly nodes: number;
  readonly heapMb: number;
}

/** In the page, before anything of it: notes the first frame in which `selector` is there. */
const NOTE_USEFUL = `(selector) => {
  const note = () => {
    if (document.querySelector(selector) === null) return false;
    requestAnimationFrame(() => setTimeout(() => { performance.mark('useful'); noteUseful(); }, 0));
    return true;
  };
  new MutationObserver((_, observer) => { if (note()) observer.disconnect(); })
    .observe(document, { childList: true, subtree: true, attributes: true });
}`;

/** Opens a page in a browser without anything kept. @param useful CSS selector of the first data that is drawn */
export async function loaded(page: Page, browser: Browser, url: string, useful: string): Promise<Load> {
  const { promise, resolve } = Promise.withResolvers<void>();
  // The content policy of the pages forbids what a waiting browser would evaluate in them.
  await page.exposeFunction('noteUseful', resolve);
  await page.addInitScript(`(${NOTE_USEFUL})(${JSON.stringify(useful)})`);
  await startTasks(browser, page);
  await page.goto(url, { waitUntil: 'commit' });
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`${url} drew no ${useful}`)), GIVE_UP_MS);
  await Promise.race([promise, late]).finally(() => clearTimeout(timer));
  const tasks = await endTasks(browser);
  const [firstPaintMs, usefulMs, scripts] = (await page.evaluate(`(() => {
    const at = (name) => performance.getEntriesByName(name)[0]?.startTime ?? NaN;
    const scripts = performance.getEntriesByType('resource').filter(({ name, startTime }) => name.includes('.js') && startTime <= at('useful'));
    return [at('first-contentful-paint'), at('useful'), scripts.map(({ name }) => new URL(name).pathname)];
  })()`)) as [number, number, string[]];
  const files = new Set(scripts.map((path) => path.slice(path.lastIndexOf('/assets/') + 1)));
  const scriptBytes = [...files].reduce(
    (sum, file) => sum + gzipSync(readFileSync(new URL(file, DIST))).length,
    0,
  );
  return { firstPaintMs, usefulMs, scriptBytes, tasks };
}

export const startTasks = (browser: Browser, page: Page): Promise<void> =>
  browser.startTracing(page, { categories: ['-*', 'toplevel', '__metadata'] });

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Tasks of the main thread of the page since `startTasks`. */
export async function endTasks(browser: Browser): Promise<Tasks> {
  const { traceEvents } = JSON.parse(String(await browser.stopTracing())) as { traceEvents: TraceEvent[] };
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(threadOf),
  );
  const byThread = Map.groupBy(
    traceEvents.filter((event) => event.name.endsWith('::RunTask') && mains.has(threadOf(event))),
    threadOf,
  );
  const cpuOf = (events: readonly TraceEvent[]) => events.reduce((sum, { tdur = 0 }) => sum + tdur, 0) / 1000;
  // Another renderer may be there in reserve: it does nothing.
  const [busiest = []] = [...byThread.values()].sort((a, b) => cpuOf(b) - cpuOf(a));
  const clockMs = busiest.map(({ dur = 0 }) => dur / 1000);
  const tasksCpuMs = busiest.map(({ tdur = 0 }) => tdur / 1000);
  return {
    longByClock: clockMs.filter((ms) => ms > LONG_MS).length,
    longByCpu: tasksCpuMs.filter((ms) => ms > LONG_MS).length,
    longestMs: clockMs.reduce((most, ms) => Math.max(most, ms), 0),
    longestCpuMs: tasksCpuMs.reduce((most, ms) => Math.max(most, ms), 0),
    cpuMs: cpuOf(busiest),
  };
}

/** What the page holds after what is no longer needed was collected. */
export async function held(page: Page): Promise<Held> {
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  const metric = (wanted: string) => metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN;
  const nodes = Number(await page.evaluate("document.querySelectorAll('*').length"));
  await session.detach();
  return { nodes, heapMb: metric('JSHeapUsedSize') / 2 ** 20 };
}

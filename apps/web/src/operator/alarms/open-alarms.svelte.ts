import { type Answer, call, isSignedIn } from '../../api/client.ts';
import { readOnChange } from '../live.svelte.ts';

export type Alarm = Answer<'GET /api/alarms'>[number];

const LEAST_PAUSE_MS = 15_000;
let count = $state(0);

/** Alarms of now that nobody took on yet: the number in the menu. */
export const openAlarms = () => count;
export const countOf = (alarms: readonly Alarm[]) =>
  alarms.filter(({ ended, acknowledged }) => ended === null && acknowledged === null).length;

/** Menu and page both read: a list that was asked for earlier does not come after a later one. */
let asked = 0;
let shown = 0;
export async function readAlarms(): Promise<readonly Alarm[]> {
  asked += 1;
  const mine = asked;
  const alarms = await call('GET /api/alarms');
  if (mine > shown) {
    shown = mine;
    count = countOf(alarms);
  }
  return alarms;
}

/** Counts while somebody is signed in; sites change every second, alarms need no such haste. @returns ends it */
export function watchAlarms(): () => void {
  let readMs = Number.NEGATIVE_INFINITY;
  return readOnChange(async () => {
    if (!isSignedIn() || performance.now() - readMs < LEAST_PAUSE_MS) return;
    readMs = performance.now();
    // A number in a menu is not worth a message when it cannot be read.
    await readAlarms().catch(() => {});
  });
}

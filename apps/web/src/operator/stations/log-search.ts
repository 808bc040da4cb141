import { type Answer, call } from '../../api/client.ts';

/** What of the message log is looked for; '' where nothing is. Stands in the address. */
export interface LogSearch {
  readonly action: string;
  readonly text: string;
  readonly direction: string;
  /** RFC 3339, or '' . */
  readonly from: string;
  readonly to: string;
}
type Messages = Answer<'GET /api/stations/{stationId}/log'>;
const MOST_AT_ONCE = 1000;
/** An export holds so many messages at most; more is asked for by a narrower time. */
export const MOST_EXPORTED = 10_000;

/** Messages that fit, newest first, older than `before` where it is given. */
export function searchLog(
  stationId: string,
  { action, text, direction, from, to }: LogSearch,
  limit: number,
  before?: number,
): Promise<Messages> {
  return call('GET /api/stations/{stationId}/log', {
    path: { stationId },
    query: {
      limit,
      ...(before === undefined ? {} : { before }),
      ...(action === '' ? {} : { action }),
      ...(text === '' ? {} : { contains: text }),
      ...(direction === 'in' || direction === 'out' ? { direction } : {}),
      ...(from === '' ? {} : { from }),
      ...(to === '' ? {} : { to }),
    },
  });
}

/** All messages that fit, up to what an export holds. */
export async function wholeLog(stationId: string, search: LogSearch): Promise<Messages> {
  const all: Messages[number][] = [];
  for (;;) {
    const part = await searchLog(stationId, search, MOST_AT_ONCE, all.at(-1)?.id);
    all.push(...part);
    if (part.length < MOST_AT_ONCE || all.length >= MOST_EXPORTED) return all.slice(0, MOST_EXPORTED);
  }
}

/** Call and answer of one message id. */
export const pairOf = (stationId: string, messageId: string): Promise<Messages> =>
  call('GET /api/stations/{stationId}/log', { path: { stationId }, query: { messageId, limit: 10 } });

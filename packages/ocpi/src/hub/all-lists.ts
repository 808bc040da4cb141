import { type Outcome, refused } from '../exchange/outcome.ts';
import { partyName } from '../exchange/party.ts';
import type { Page, PageRequest } from '../exchange/ports.ts';
import { type Answer, refusal } from '../server/answer.ts';
import type { Destination } from './destinations.ts';

/** A part of one platform's list, in the model of this library. */
export type Part =
  | { readonly ok: true; readonly items: readonly unknown[]; readonly totalCount: number }
  | { readonly ok: false; readonly answer: Answer };

/**
 * GET All via Hub: the lists of all platforms behind one another, page by page (OCPI transport_and_format). One platform that does not
 * answer ends it: a list that lacks somebody's objects would look as if they were gone.
 */
export async function readAll(
  destinations: readonly Destination[],
  page: PageRequest,
  partOf: (destination: Destination, offset: number, limit: number) => Promise<Part>,
): Promise<Outcome<Page<unknown>> | { readonly ok: 'failed'; readonly answer: Answer }> {
  if (destinations.length === 0) return refused('unknownReceiver', 'Nobody at this hub has such a list.');
  const items: unknown[] = [];
  let totalCount = 0;
  let skip = page.offset;
  let isWhole = true;
  for (const destination of destinations) {
    const part = await partOf(destination, skip, Math.max(1, page.limit - items.length));
    if (!part.ok) return { ok: 'failed', answer: part.answer };
    const wanted = Math.min(page.limit - items.length, Math.max(0, part.totalCount - skip));
    const sent = part.items.slice(0, page.limit - items.length);
    if (isWhole && wanted > 0 && sent.length === 0) return noPage(destination, part.totalCount, skip);
    // A platform may give less than was asked for: the page ends there, or the next one would begin behind what is missing.
    if (isWhole) items.push(...sent);
    isWhole = isWhole && sent.length >= wanted;
    totalCount += part.totalCount;
    skip = Math.max(0, skip - part.totalCount);
  }
  return { ok: true, data: { items, totalCount } };
}

/** An empty page that is not the last one would look like the end of everything. */
function noPage(
  { party }: Destination,
  totalCount: number,
  skip: number,
): { readonly ok: 'failed'; readonly answer: Answer } {
  const detail = `${partyName(party)} says that it has ${totalCount} objects and gave none from ${skip} on.`;
  return { ok: 'failed', answer: refusal(refused('hubFailed', detail)) };
}

import type { Codec } from '../exchange/codec.ts';
import { formatDateTime } from '../model/index.ts';
import { endpointUrl } from '../transport/endpoint-url.ts';
import { nextLink } from '../transport/paging.ts';
import type { CallOptions, Listed, ListFilter } from './calls.ts';
import type { Connection, Destination, Line } from './line.ts';
import { failed } from './wire-call.ts';

const DEFAULT_PAGE_SIZE = 100;
const DEFAULT_MAX_PAGES = 10_000;

/**
 * Pulls a list page by page along the Link headers. Ends with a `failed` entry when a page cannot be had, when a page comes twice
 * (a server that ignores `offset` would be crawled for ever) or when a Link leaves the host of the endpoint.
 */
export async function* listAll<T>(
  line: Line,
  to: Destination,
  codec: Codec<T>,
  filter: ListFilter = {},
  options?: CallOptions,
): AsyncGenerator<Listed<T>> {
  const connection = await line.connect(to);
  if ('error' in connection) return yield { kind: 'failed', failure: connection };
  const maxPages = filter.maxPages ?? DEFAULT_MAX_PAGES;
  const seen = new Set<string>();
  let before = '';
  let url: string | undefined = firstPage(connection.endpoint, filter);
  for (let pages = 0; url !== undefined; pages += 1) {
    if (pages >= maxPages) {
      return yield broken(`The list has more than ${maxPages} pages; narrow the filter.`);
    }
    seen.add(url);
    const answer = await connection.send({ method: 'GET', url }, options);
    if (!answer.ok) return yield { kind: 'failed', failure: answer };
    if (!Array.isArray(answer.data)) return yield broken('data of a list is not an array.');
    const content = answer.data.length === 0 ? '' : JSON.stringify(answer.data);
    if (content !== '' && content === before) {
      return yield broken('The same page came twice; the peer seems to ignore offset.');
    }
    before = content;
    yield* readItems(answer.data, codec, connection);
    const next = following(nextLink(answer.headers.link), url, connection.endpoint);
    if (next.problem !== undefined) return yield broken(next.problem);
    if (next.url !== undefined && seen.has(next.url)) return yield broken('The Link headers form a loop.');
    url = next.url;
  }
}

function firstPage(endpoint: string, filter: ListFilter): string {
  const text = (ms: number | undefined) => (ms === undefined ? undefined : formatDateTime(ms));
  return endpointUrl(endpoint, [], {
    date_from: text(filter.dateFromMs),
    date_to: text(filter.dateToMs),
    limit: String(filter.limit ?? DEFAULT_PAGE_SIZE),
  });
}

function* readItems<T>(
  items: readonly unknown[],
  codec: Codec<T>,
  connection: Connection,
): Generator<Listed<T>> {
  for (const raw of items) {
    const reading = codec.read(raw, connection.wire);
    if (reading.ok) yield { kind: 'object', object: reading.value, warnings: reading.warnings };
    else yield { kind: 'invalid', raw, problems: reading.problems };
  }
}

/** The next page, on the host of the endpoint only: the request carries our token. */
function following(
  link: string | undefined,
  current: string,
  endpoint: string,
): { readonly url?: string; readonly problem?: string } {
  if (link === undefined) return {};
  if (!URL.canParse(link, current)) return { problem: 'The Link header is not a URL.' };
  const url = new URL(link, current);
  if (url.origin !== new URL(endpoint).origin) {
    return { problem: 'The Link header leads to another host; it was not followed.' };
  }
  return { url: url.href };
}

function broken<T>(detail: string): Listed<T> {
  return { kind: 'failed', failure: failed('invalid', detail) };
}

/** Reads a listing to its end. Without `failure` the list is complete (as far as its objects could be read). */
export async function collect<T>(listing: AsyncIterable<Listed<T>>): Promise<{
  readonly objects: readonly T[];
  readonly invalid: readonly (Listed<T> & { readonly kind: 'invalid' })[];
  readonly failure?: (Listed<T> & { readonly kind: 'failed' })['failure'];
}> {
  const objects: T[] = [];
  const invalid: (Listed<T> & { readonly kind: 'invalid' })[] = [];
  for await (const entry of listing) {
    if (entry.kind === 'object') objects.push(entry.object);
    else if (entry.kind === 'invalid') invalid.push(entry);
    else return { objects, invalid, failure: entry.failure };
  }
  return { objects, invalid };
}

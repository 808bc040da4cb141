import type { OcpiVersion } from '../exchange/party.ts';
import { type Kind, parseDateTime, validate } from '../model/index.ts';
import { endpointUrl } from '../transport/endpoint-url.ts';
import { nextLink } from '../transport/paging.ts';
import type { Inspection, ProbeAnswer } from './probe.ts';

/** A sender module whose objects can be listed. */
interface ListedModule {
  /** Absent: the fields of the objects are not checked, because this library has no model of them. */
  readonly kind?: Kind;
  /** Carries no routing headers. */
  readonly configuration?: true;
  /** Field(s) that identify an object of one owner. */
  readonly id: readonly string[];
  readonly dateFromRequired?: true;
}

export const LISTED_MODULES: Readonly<Record<string, ListedModule | undefined>> = {
  locations: { kind: 'Location', id: ['id'] },
  sessions: { kind: 'Session', id: ['id'], dateFromRequired: true },
  tariffs: { kind: 'Tariff', id: ['id'] },
  cdrs: { id: ['id'] },
  tokens: { kind: 'Token', id: ['uid', 'type'] },
  hubclientinfo: { kind: 'ClientInfo', id: ['role'], configuration: true },
  smartchargingoptimisation: { kind: 'ScOptimisation', id: ['id'] },
};

export interface ListOptions {
  readonly version: OcpiVersion;
  /** Pages walked at most per module. */
  readonly maxPages: number;
  /** Page size asked for. */
  readonly pageSize: number;
  readonly nowMs: number;
  /** Agreements of the peer: extension fields that are welcome. */
  readonly agreements: readonly string[];
}

const EPOCH = '1970-01-01T00:00:00Z';

/** Paging, filters and objects of one sender module. */
export async function checkList(
  inspection: Inspection,
  module: ListedModule,
  endpoint: string,
  options: ListOptions,
): Promise<void> {
  const functional = module.configuration ? {} : { functional: true as const };
  const get = (query: Readonly<Record<string, string>>) =>
    inspection.send({ url: endpointUrl(endpoint, [], query), ...functional });
  const listed = await walkPages(inspection, module, endpoint, options, functional);
  if (listed === undefined) return;
  const future = new Date(options.nowMs + 10 * 365 * 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z');
  await checkEmpty(inspection, await get({ date_from: future }), 'date_from in ten years');
  await checkEmpty(
    inspection,
    await get({ date_from: EPOCH, date_to: '1970-01-02T00:00:00Z' }),
    'date_to in 1970',
  );
  const bad = await get({ date_from: 'not-a-date' });
  if (bad) checkBadParameter(inspection, bad);
  if (module.dateFromRequired) {
    const without = await get({ limit: '1' });
    if (without) checkBadParameter(inspection, without, 'date_from is required here; ');
  }
}

async function walkPages(
  inspection: Inspection,
  module: ListedModule,
  endpoint: string,
  options: ListOptions,
  functional: { readonly functional?: true },
): Promise<number | undefined> {
  const ids = new Set<string>();
  const walked = new Set<string>();
  let received = 0;
  let url: string | undefined = endpointUrl(endpoint, [], {
    date_from: EPOCH,
    limit: String(options.pageSize),
  });
  for (let page = 0; url !== undefined && page < options.maxPages; page += 1) {
    walked.add(url);
    const answer: ProbeAnswer | undefined = await inspection.send({ url, ...functional });
    if (answer === undefined) return undefined;
    const data = answer.envelope?.data;
    if (answer.status !== 200 || answer.envelope?.statusCode !== 1000 || !Array.isArray(data)) {
      const code = answer.envelope
        ? `, status_code ${answer.envelope.statusCode} ${answer.envelope.message}`
        : '';
      const what = Array.isArray(data) || answer.status !== 200 ? '' : ', data is no list';
      inspection.note('list', 'fail', answer.request, `HTTP ${answer.status}${code}${what}.`);
      return undefined;
    }
    inspection.note('list', 'pass', answer.request);
    received += data.length;
    checkPageHeaders(inspection, answer, data.length, options.pageSize);
    checkObjects(inspection, answer.request, module, data, ids, options);
    const next = checkLink(inspection, answer, url, walked, data.length);
    const total = Number(answer.headers['x-total-count']);
    if (next === undefined && Number.isInteger(total)) {
      const sum =
        received === total ? undefined : `The pages hold ${received} objects, X-Total-Count is ${total}.`;
      inspection.judge('totalCount', answer.request, sum);
    }
    url = next;
  }
  return received;
}

function checkPageHeaders(inspection: Inspection, answer: ProbeAnswer, count: number, asked: number): void {
  const whole = (name: string) => /^\d+$/.test(answer.headers[name] ?? '');
  if (!whole('x-total-count')) {
    inspection.note('totalCount', 'fail', answer.request, 'X-Total-Count is missing or no whole number.');
  }
  if (!whole('x-limit')) {
    inspection.note('limit', 'fail', answer.request, 'X-Limit is missing or no whole number.');
    return;
  }
  const cap = Number(answer.headers['x-limit']);
  const problem =
    count > asked
      ? `${count} objects came, limit was ${asked}.`
      : count > cap
        ? `${count} objects came, X-Limit is ${cap}.`
        : undefined;
  inspection.judge('limit', answer.request, problem);
}

function checkLink(
  inspection: Inspection,
  answer: ProbeAnswer,
  current: string,
  walked: ReadonlySet<string>,
  count: number,
): string | undefined {
  const link = nextLink(answer.headers.link);
  const total = Number(answer.headers['x-total-count'] ?? Number.NaN);
  if (link === undefined) {
    const offset = Number(new URL(current).searchParams.get('offset') ?? 0);
    const missing = offset + count < total && count > 0;
    inspection.judge(
      'link',
      answer.request,
      missing ? `No Link although ${total} objects match.` : undefined,
    );
    return undefined;
  }
  if (!URL.canParse(link)) {
    inspection.note('link', 'fail', answer.request, `The Link is not absolute: ${link.slice(0, 100)}`);
    return undefined;
  }
  if (walked.has(new URL(link).href)) {
    inspection.note('link', 'fail', answer.request, 'The Links form a loop.');
    return undefined;
  }
  if (new URL(link).origin !== new URL(current).origin) {
    inspection.note('link', 'fail', answer.request, 'The Link leads to another host; it was not followed.');
    return undefined;
  }
  const filter = new URL(link).searchParams.get('date_from');
  inspection.judge(
    'link',
    answer.request,
    filter === null ? 'The Link lost the date_from filter.' : undefined,
  );
  return new URL(link).href;
}

function checkObjects(
  inspection: Inspection,
  request: string,
  module: ListedModule,
  objects: readonly unknown[],
  ids: Set<string>,
  options: ListOptions,
): void {
  let repeated: string | undefined;
  for (const [index, object] of objects.entries()) {
    if (module.kind !== undefined) checkFields(inspection, request, module.kind, object, index, options);
    if (typeof object !== 'object' || object === null) continue;
    const fields = new Map<string, unknown>(Object.entries(object));
    const owner = `${fields.get('country_code')}-${fields.get('party_id')}`;
    inspection.judge('upperCase', request, owner === owner.toUpperCase() ? undefined : `${owner}.`, 'warn');
    checkLastUpdated(inspection, request, fields.get('last_updated'), options.nowMs);
    const id = [owner, ...module.id.map((name) => fields.get(name))].join(' ');
    if (ids.has(id)) repeated ??= `${id} came twice.`;
    ids.add(id);
  }
  inspection.judge('offset', request, repeated);
}

/** What a receiver must refuse is a failure; what it may put up with is a warning. */
function checkFields(
  inspection: Inspection,
  request: string,
  kind: Kind,
  object: unknown,
  index: number,
  options: ListOptions,
): void {
  const { errors } = validate(kind, options.version, 'in', object, options.agreements);
  const strict = validate(kind, options.version, 'out', object, options.agreements);
  const [problem] = errors.length > 0 ? errors : strict.errors;
  const detail = problem && `${kind} ${index}: ${problem.path} ${problem.detail}.`;
  inspection.judge('objects', request, detail, errors.length > 0 ? 'fail' : 'warn');
}

function checkLastUpdated(inspection: Inspection, request: string, value: unknown, nowMs: number): void {
  const ms = typeof value === 'string' ? parseDateTime(value) : undefined;
  const future = ms !== undefined && ms > nowMs + 300_000;
  const problem =
    ms === undefined ? 'last_updated is no UTC DateTime.' : future ? `${value} is in the future.` : undefined;
  inspection.judge('lastUpdated', request, problem, future ? 'warn' : 'fail');
}

async function checkEmpty(
  inspection: Inspection,
  answer: ProbeAnswer | undefined,
  what: string,
): Promise<void> {
  if (answer === undefined) return;
  const data = answer.envelope?.data;
  const empty = Array.isArray(data) && data.length === 0;
  const seen = Array.isArray(data) ? `${data.length} objects` : `HTTP ${answer.status}, no list`;
  inspection.judge('dateFilter', answer.request, empty ? undefined : `${seen} with ${what}.`);
}

function checkBadParameter(inspection: Inspection, answer: ProbeAnswer, why = ''): void {
  const code = answer.envelope?.statusCode;
  if (answer.status === 200 && code === 2001) {
    inspection.note('badParameter', 'pass', answer.request);
    return;
  }
  const outcome = answer.status >= 500 ? 'fail' : 'warn';
  inspection.note(
    'badParameter',
    outcome,
    answer.request,
    `${why}HTTP ${answer.status}, status_code ${code ?? 'none'}.`,
  );
}

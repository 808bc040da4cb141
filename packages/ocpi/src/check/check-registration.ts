import type { OcpiVersion } from '../exchange/party.ts';
import { type Endpoint, validate } from '../model/index.ts';
import { VERSIONS } from '../versions/offer.ts';
import type { Inspection } from './probe.ts';

/** What the rest of the check works on. */
export interface Offer {
  readonly version: OcpiVersion;
  readonly detailsUrl: string;
  readonly endpoints: readonly Endpoint[];
}

/** The server is right to refuse a token it does not know: it is not the one to mend anything. */
const CHECK_TOKEN =
  'Give the token this server issued, letter for letter. That of an invitation works once; whoever registered since has another. Platforms before 2.2-d2 want --raw-token.';

/** Tokens, versions, version details and credentials. undefined: nothing further can be checked. */
export async function checkRegistration(
  inspection: Inspection,
  versionsUrl: string,
  wanted: OcpiVersion | undefined,
): Promise<Offer | undefined> {
  const first = await inspection.send({ url: versionsUrl });
  if (first === undefined) return undefined;
  await checkTokens(inspection, versionsUrl);
  const { request } = first;
  if (first.status !== 200 || !Array.isArray(first.envelope?.data)) {
    const code = first.envelope === undefined ? '' : ` with status_code ${first.envelope.statusCode}`;
    const isRefused = first.status === 401;
    const why = isRefused ? ' The server does not know this token.' : '';
    const detail = `HTTP ${first.status}${code} instead of a list of versions.${why}`;
    inspection.note('versions', 'fail', request, detail, isRefused ? CHECK_TOKEN : undefined);
    return undefined;
  }
  const list: readonly unknown[] = first.envelope.data;
  const problem = list
    .flatMap((entry, index) => problemOf('Version', entry, `/${index}`))
    .find((text) => text !== undefined);
  inspection.judge('versions', request, list.length === 0 ? 'The list is empty.' : problem);
  const chosen = (wanted === undefined ? VERSIONS : [wanted])
    .map((version) => ({ version, url: urlOf(list, version) }))
    .find(({ url }) => url !== undefined);
  if (chosen?.url === undefined) {
    inspection.note(
      'versions',
      'fail',
      request,
      `Neither ${(wanted ? [wanted] : VERSIONS).join(' nor ')} is offered.`,
    );
    return undefined;
  }
  await checkSlash(inspection, versionsUrl);
  await checkMethod(inspection, versionsUrl);
  const offer = await checkDetails(inspection, chosen.version, chosen.url);
  if (offer !== undefined) await checkCredentials(inspection, offer);
  return offer;
}

function urlOf(list: readonly unknown[], version: OcpiVersion): string | undefined {
  for (const entry of list) {
    if (typeof entry !== 'object' || entry === null || !('version' in entry) || !('url' in entry)) continue;
    if (entry.version === version && typeof entry.url === 'string') return entry.url;
  }
  return undefined;
}

function problemOf(
  kind: 'Version' | 'Endpoint' | 'Credentials',
  value: unknown,
  at = '',
  version: OcpiVersion = '2.3.0',
) {
  const [error] = validate(kind, version, 'in', value).errors;
  return error === undefined ? [] : [`${at}${error.path} ${error.detail}.`];
}

async function checkTokens(inspection: Inspection, url: string): Promise<void> {
  const without = await inspection.send({ url, token: null });
  if (without) {
    inspection.judge(
      'noToken',
      without.request,
      without.status === 401 ? undefined : `HTTP ${without.status}.`,
    );
  }
  const wrong = await inspection.send({ url, token: 'not-a-token-of-this-server' });
  if (wrong) {
    inspection.judge('wrongToken', wrong.request, wrong.status === 401 ? undefined : `HTTP ${wrong.status}.`);
  }
}

async function checkSlash(inspection: Inspection, url: string): Promise<void> {
  const other = new URL(url);
  other.pathname = other.pathname.endsWith('/') ? other.pathname.replace(/\/+$/, '') : `${other.pathname}/`;
  const answer = await inspection.send({ url: other.href });
  if (answer === undefined) return;
  const problem = answer.status === 200 ? undefined : `HTTP ${answer.status} for the other slash form.`;
  inspection.judge('trailingSlash', answer.request, problem, 'warn');
}

/** POST is defined nowhere on the versions endpoint, so it can change nothing. */
async function checkMethod(inspection: Inspection, url: string): Promise<void> {
  const answer = await inspection.send({ method: 'POST', url, body: {} });
  if (answer === undefined) return;
  const { status } = answer;
  if (status === 405) inspection.note('method', 'pass', answer.request);
  else inspection.note('method', status < 300 ? 'fail' : 'warn', answer.request, `HTTP ${status}.`);
}

async function checkDetails(
  inspection: Inspection,
  version: OcpiVersion,
  url: string,
): Promise<Offer | undefined> {
  const answer = await inspection.send({ url });
  if (answer === undefined) return undefined;
  const { request } = answer;
  const data = answer.envelope?.data;
  const list = typeof data === 'object' && data !== null && 'endpoints' in data ? data.endpoints : undefined;
  if (answer.status !== 200 || !Array.isArray(list)) {
    inspection.note('details', 'fail', request, `HTTP ${answer.status} without a list of endpoints.`);
    return undefined;
  }
  const endpoints: Endpoint[] = [];
  const seen = new Set<string>();
  let problem: string | undefined;
  for (const [index, entry] of list.entries()) {
    const [broken] = problemOf('Endpoint', entry, `/endpoints/${index}`);
    if (broken !== undefined) {
      problem ??= broken;
      continue;
    }
    const endpoint = entry as Endpoint;
    const name = `${endpoint.identifier} as ${endpoint.role}`;
    if (seen.has(name)) problem ??= `${name} is listed twice.`;
    seen.add(name);
    endpoints.push(endpoint);
  }
  inspection.judge('details', request, problem);
  const credentials = endpoints.filter((endpoint) => endpoint.identifier === 'credentials');
  if (credentials.length === 0) inspection.note('credentialsEndpoint', 'fail', request, 'It is missing.');
  else {
    const sender = credentials.some((endpoint) => endpoint.role === 'SENDER');
    inspection.judge('credentialsEndpoint', request, sender ? undefined : 'Its role is not SENDER.', 'warn');
  }
  const plain = [url, ...endpoints.map((endpoint) => endpoint.url)].find(
    (text) => !text.startsWith('https:'),
  );
  inspection.judge('https', request, plain && `${plain} is not https.`, 'warn');
  const nowhere = await inspection.send({ url: `${url.replace(/\/+$/, '')}/smac-check-unknown-endpoint` });
  if (nowhere) {
    const found = nowhere.status === 404 ? undefined : `HTTP ${nowhere.status}.`;
    inspection.judge('unknownPath', nowhere.request, found, 'warn');
  }
  return { version, detailsUrl: url, endpoints };
}

async function checkCredentials(inspection: Inspection, offer: Offer): Promise<void> {
  const endpoints = offer.endpoints.filter((endpoint) => endpoint.identifier === 'credentials');
  const url = (endpoints.find((endpoint) => endpoint.role === 'SENDER') ?? endpoints[0])?.url;
  if (url === undefined) return;
  const answer = await inspection.send({ url });
  if (answer === undefined) return;
  if (answer.status !== 200) {
    inspection.note('credentials', 'warn', answer.request, `HTTP ${answer.status}.`);
    return;
  }
  const [problem] = problemOf('Credentials', answer.envelope?.data, '', offer.version);
  inspection.judge('credentials', answer.request, problem);
}

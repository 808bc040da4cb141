import type { OcpiVersion } from '../exchange/party.ts';
import { endpointUrl } from '../transport/endpoint-url.ts';
import { checkList, LISTED_MODULES } from './check-lists.ts';
import { checkRegistration, type Offer } from './check-registration.ts';
import { type CheckSubject, Inspection } from './probe.ts';
import { makeReport, type Report } from './report.ts';

export interface CheckOptions extends CheckSubject {
  readonly nowMs: number;
  /** Default: the newest version both sides speak. */
  readonly version?: OcpiVersion;
  /** Pages walked at most per module, default 5. */
  readonly maxPages?: number;
  /** Page size asked for, default 20: small, so that paging is seen at work. */
  readonly pageSize?: number;
  readonly agreements?: readonly string[];
}

/**
 * Reads whatever an OCPI server lets this token read and judges it against the specification. Read-only: GET requests, and one
 * POST to the versions endpoint, which defines none.
 */
export async function checkServer(versionsUrl: string, options: CheckOptions): Promise<Report> {
  const inspection = new Inspection(options);
  const offer = await checkRegistration(inspection, versionsUrl, options.version);
  if (offer !== undefined) await checkModules(inspection, offer, options);
  return makeReport(versionsUrl, offer?.version, offer?.endpoints ?? [], inspection.findings);
}

async function checkModules(inspection: Inspection, offer: Offer, options: CheckOptions): Promise<void> {
  for (const { identifier, role, url } of offer.endpoints) {
    const name = identifier.toLowerCase().replace(/^.*-(?=smartchargingoptimisation$)/, '');
    if (role === 'RECEIVER') {
      await checkUnknownObject(inspection, name, url);
      continue;
    }
    const module = Object.hasOwn(LISTED_MODULES, name) ? LISTED_MODULES[name] : undefined;
    if (module === undefined) continue;
    await checkList(inspection, module, url, {
      version: offer.version,
      maxPages: options.maxPages ?? 5,
      pageSize: options.pageSize ?? 20,
      nowMs: options.nowMs,
      agreements: options.agreements ?? [],
    });
  }
}

const CLIENT_OWNED = ['locations', 'sessions', 'tariffs', 'smartchargingoptimisation', 'tokens'];

/** GET of an object that cannot exist, under our own party when it was given. */
async function checkUnknownObject(inspection: Inspection, module: string, url: string): Promise<void> {
  if (!CLIENT_OWNED.includes(module)) return;
  const { countryCode = 'XX', partyId = 'XXX' } = inspection.from ?? {};
  const object = endpointUrl(url, [countryCode, partyId, 'smac-check-unknown-object']);
  const answer = await inspection.send({ url: object, functional: true });
  if (answer === undefined) return;
  const found = answer.status === 200 && answer.envelope?.statusCode === 1000;
  const problem = answer.status === 404 ? undefined : `HTTP ${answer.status}.`;
  inspection.judge('unknownObject', answer.request, problem, found || answer.status >= 500 ? 'fail' : 'warn');
}

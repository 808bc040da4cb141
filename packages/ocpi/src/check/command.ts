import { parseArgs } from 'node:util';
import type { OcpiVersion } from '../exchange/party.ts';
import type { Clock, RandomBytes } from '../exchange/surroundings.ts';
import { guardUrl } from '../transport/address-guard.ts';
import type { HttpCaller } from '../transport/http-caller.ts';
import { VERSIONS } from '../versions/offer.ts';
import { checkServer } from './check-server.ts';
import { reportText } from './report.ts';

/** What the command needs of the process it runs in. */
export interface CommandSurroundings {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly http: HttpCaller;
  /** For the token, when it is not given on the command line: SMAC_OCPI_TOKEN. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export const CHECK_USAGE = `Usage: smac ocpi check VERSIONS_URL --token TOKEN [options]

Reads an OCPI server (2.2.1 or 2.3.0) and reports what departs from the specification. Changes nothing.

  --token TOKEN      token the server issued; or SMAC_OCPI_TOKEN in the environment
  --raw-token        send the token without base64 (platforms before 2.2-d2)
  --ocpi VERSION     2.2.1 or 2.3.0; default: the newest both speak
  --from CC-PID      our party, e.g. NL-SMC, for the routing headers
  --pages N          pages walked per module, default 5
  --page-size N      page size asked for, default 20
  --json             machine-readable report

Exit code: 0 no rule is broken (warnings are possible), 1 a rule is broken, 2 the check could not
run (bad arguments, no answer, token refused, no version in common).
`;

/** Runs `smac ocpi check`; resolves to the exit code. */
export async function runCheckCommand(
  args: readonly string[],
  surroundings: CommandSurroundings,
): Promise<0 | 1 | 2> {
  const wish = readArguments(args, surroundings.env);
  if (typeof wish === 'string') {
    surroundings.err(`${wish}\n\n${CHECK_USAGE}`);
    return 2;
  }
  if (wish === undefined) {
    surroundings.out(CHECK_USAGE);
    return 0;
  }
  const { json, url, ...options } = wish;
  const report = await checkServer(url, {
    ...options,
    // The person at the keyboard chose the host: a private one may then name private endpoints, a public one may not.
    allowPrivateAddresses: 'refusal' in guardUrl(url, false),
    http: surroundings.http,
    randomBytes: surroundings.randomBytes,
    nowMs: surroundings.clock.now(),
  });
  surroundings.out(json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report));
  if (report.version === undefined) return 2;
  return report.failed > 0 ? 1 : 0;
}

interface Wish {
  readonly url: string;
  readonly token: string;
  readonly rawToken: boolean;
  readonly json: boolean;
  readonly version?: OcpiVersion;
  readonly from?: { readonly countryCode: string; readonly partyId: string };
  readonly maxPages?: number;
  readonly pageSize?: number;
}

/** A text is what is wrong; undefined asks for the usage. */
function readArguments(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Wish | string | undefined {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return error instanceof Error ? error.message : 'The arguments cannot be read.';
  }
  const { values, positionals } = parsed;
  if (values.help) return undefined;
  const [url, ...more] = positionals;
  if (url === undefined || more.length > 0) return 'Give exactly one versions URL.';
  const guarded = guardUrl(url, true);
  if ('refusal' in guarded) return `The versions URL ${guarded.refusal}.`;
  const token = values.token ?? env.SMAC_OCPI_TOKEN;
  if (token === undefined || !/^[\x21-\x7e]{1,255}$/.test(token)) return 'Give the token with --token.';
  const version = VERSIONS.find((known) => known === values.ocpi);
  if (values.ocpi !== undefined && version === undefined) return `--ocpi is one of ${VERSIONS.join(', ')}.`;
  const party = /^([A-Za-z]{2})[-*]?([A-Za-z0-9]{3})$/.exec(values.from ?? '');
  if (values.from !== undefined && party === null)
    return '--from is a country code and a party id, e.g. NL-SMC.';
  const pages = wholeNumber(values.pages);
  const pageSize = wholeNumber(values['page-size']);
  if (pages === null || pageSize === null) return '--pages and --page-size are whole numbers from 1.';
  return {
    url,
    token,
    rawToken: values['raw-token'] === true,
    json: values.json === true,
    ...(version === undefined ? {} : { version }),
    ...(party === null
      ? {}
      : { from: { countryCode: party[1]!.toUpperCase(), partyId: party[2]!.toUpperCase() } }),
    ...(pages === undefined ? {} : { maxPages: pages }),
    ...(pageSize === undefined ? {} : { pageSize }),
  };
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      token: { type: 'string' },
      'raw-token': { type: 'boolean' },
      ocpi: { type: 'string' },
      from: { type: 'string' },
      pages: { type: 'string' },
      'page-size': { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
}

/** null: not a whole number from 1. */
function wholeNumber(text: string | undefined): number | null | undefined {
  if (text === undefined) return undefined;
  return /^[1-9]\d{0,6}$/.test(text) ? Number(text) : null;
}

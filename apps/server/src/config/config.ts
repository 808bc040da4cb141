import { isLoopback } from './loopback.ts';
import { SETTINGS } from './settings.ts';

type Settings = typeof SETTINGS;

/** The validated configuration; names and meaning in `settings.ts`. */
export type Config = {
  readonly [K in keyof Settings]: Settings[K]['parse'] extends (text: string) => infer R
    ? Extract<R, { ok: true }> extends { value: infer V }
      ? V
      : never
    : never;
};

export type ConfigOutcome =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly sentence: string };

/** Reads every setting from `env`. A bad value is answered with one sentence that says what to do. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): ConfigOutcome {
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(SETTINGS)) {
    const text = env[setting.env]?.trim() || setting.defaultText;
    const parsed = setting.parse(text);
    if (!parsed.ok) {
      const got = 'secret' in setting && setting.secret ? '' : `, got "${text}"`;
      return { ok: false, sentence: `${setting.env} must ${parsed.must}${got}.` };
    }
    values[name] = parsed.value;
  }
  for (const name of Object.keys(env)) {
    if (name.startsWith('SMAC_') && !KNOWN.has(name)) {
      return {
        ok: false,
        sentence: `${name} is not a setting${nearest(name)}; \`smac serve --help\` lists them all.`,
      };
    }
  }
  const config = values as Config;
  if ((config.tlsCert === undefined) !== (config.tlsKey === undefined)) {
    return { ok: false, sentence: 'SMAC_TLS_CERT and SMAC_TLS_KEY belong together: set both or neither.' };
  }
  if ((config.ocppTlsCert === undefined) !== (config.ocppTlsKey === undefined)) {
    return {
      ok: false,
      sentence: 'SMAC_OCPP_TLS_CERT and SMAC_OCPP_TLS_KEY belong together: set both or neither.',
    };
  }
  if (config.ocppPort !== undefined && config.ocppTlsCert === undefined && !config.ocppWithoutTls) {
    return {
      ok: false,
      sentence:
        'SMAC_OCPP_PORT needs SMAC_OCPP_TLS_CERT and SMAC_OCPP_TLS_KEY (`smac cert server` makes them), or SMAC_OCPP_WITHOUT_TLS=true inside a private network.',
    };
  }
  if ((config.mailUrl === undefined) !== (config.mailFrom === undefined)) {
    return { ok: false, sentence: 'SMAC_MAIL_URL and SMAC_MAIL_FROM belong together: set both or neither.' };
  }
  const beside = config.mailUrl === undefined ? undefined : addressFault(config.publicUrl);
  if (beside !== undefined) return { ok: false, sentence: beside };
  return { ok: true, config };
}

/** Links in letters open accounts, and are opened elsewhere: they lead to this server, and nobody reads them on the way. */
function addressFault(publicUrl: string | undefined): string | undefined {
  if (publicUrl === undefined)
    return 'SMAC_MAIL_URL needs SMAC_PUBLIC_URL: links in letters lead there, like https://smac.example.org.';
  const { protocol, hostname } = new URL(publicUrl);
  if (protocol === 'https:' || isLoopback(hostname.replace(/^\[(.*)\]$/, '$1'))) return undefined;
  return 'SMAC_PUBLIC_URL must be an https address where SMAC_MAIL_URL is set: links in letters open accounts.';
}

/** SMAC_OCPI_TOKEN is read by `smac ocpi check` only. */
const KNOWN = new Set([...Object.values(SETTINGS).map((setting) => setting.env), 'SMAC_OCPI_TOKEN']);

function nearest(name: string): string {
  const words = (text: string) => new Set(text.split('_').slice(1));
  const mine = words(name);
  const close = [...KNOWN].find(
    (known) => [...words(known)].filter((word) => mine.has(word)).length >= Math.max(1, mine.size - 1),
  );
  return close ? ` (did you mean ${close}?)` : '';
}

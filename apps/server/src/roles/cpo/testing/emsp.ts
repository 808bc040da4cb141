import { type Cdr, type CommandResult, done, type OcpiPorts, type Session, type Token } from '@smac/ocpi';
import { NOW_MS } from './cpo-rig.ts';

export const EMSP = {
  countryCode: 'NL',
  partyId: 'TNM',
  role: 'EMSP',
  businessDetails: { name: 'TNM' },
} as const;
export const SCSP = {
  countryCode: 'NL',
  partyId: 'SMC',
  role: 'SCSP',
  businessDetails: { name: 'SMC' },
} as const;
export const LATER = new Date(NOW_MS + 3_600_000).toISOString();

export const card = (uid: string, more: Partial<Token> = {}): Token => ({
  country_code: 'NL',
  party_id: 'TNM',
  uid,
  type: 'RFID',
  contract_id: 'NL-TNM-C1',
  issuer: 'TNM',
  valid: true,
  whitelist: 'ALLOWED',
  last_updated: new Date(NOW_MS - 1000).toISOString(),
  ...more,
});

/** What an eMSP hears, and the cards it has. */
export function emsp() {
  const heard = {
    patches: [] as Partial<Session>[],
    results: [] as [string, string, CommandResult][],
    cdrs: [] as Cdr[],
    sessions: [] as Session[],
  };
  const ports: OcpiPorts = {
    commands: {
      sender: {
        result: async (_caller, command, callbackId, result) => {
          heard.results.push([command, callbackId, result]);
          return done(undefined);
        },
      },
    },
    cdrs: {
      receiver: {
        post: async (_caller, cdr) => {
          heard.cdrs.push(cdr);
          return done(undefined, true);
        },
        get: async () => done(heard.cdrs[0]!),
      },
    },
    sessions: {
      receiver: {
        put: async (_caller, _key, session) => {
          heard.sessions.push(session);
          return done(undefined);
        },
        patch: async (_caller, _key, patch) => {
          heard.patches.push(patch);
          return done(undefined);
        },
        get: async () => done(heard.sessions[0]!),
      },
    },
    tokens: {
      sender: {
        list: async () => done({ items: [], totalCount: 0 }),
        authorize: async (_caller, { uid }) =>
          done({
            allowed: uid.endsWith('B') ? 'BLOCKED' : 'ALLOWED',
            token: card(uid),
            authorization_reference: 'auth-7',
          }),
      },
    },
  };
  return { heard, ports };
}

/** A platform that has to serve something. */
export const quietHubClientInfo = {
  get: async () => ({ ok: false as const, error: 'unknownObject' as const, detail: 'Nothing is known.' }),
  put: async () => done(undefined),
};

/** Passkeys (WebAuthn level 2) as a second factor beside one-time codes: bound to this host, so that no other page can ask for them. */
import type {
  AuthenticationResponseJSON,
  AuthenticatorTransport,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import type { Transaction } from 'kysely';
import { isLoopback } from '../../config/index.ts';
import type { Database } from '../../store/index.ts';
import { type Account, type AccountOutcome, refusedFor, sha256 } from './account.ts';
import type { AccountsRoom } from './room.ts';

export interface Passkey {
  readonly id: string;
  readonly name: string;
  readonly createdMs: number;
  readonly lastUsedMs: number | null;
}

/** COSE: EdDSA, ES256, RS256, which authenticators have. */
const ALGORITHMS = [-8, -7, -257];
/** Loaded when somebody uses a passkey: it costs as much as everything else a command loads. */
const webauthn = () => import('@simplewebauthn/server');
/** Passkeys belong to a name, not to an address (WebAuthn level 2, 5.1.2): where only this machine reaches the server, to `localhost`. */
export function boundTo({ site }: Pick<AccountsRoom, 'site'>): {
  readonly id: string;
  readonly origin: string;
} {
  const named = new URL(site);
  if (isLoopback(named.hostname.replace(/^\[(.*)\]$/, '$1'))) named.hostname = 'localhost';
  return { id: named.hostname, origin: named.origin };
}
const CHALLENGE_MS = 5 * 60_000;
const MOST = 10;
const NOT_HERE = refusedFor(
  'wrong-code',
  'This passkey is not known here, or the request for it is too old: ask for a new one.',
);

export async function passkeysOf(
  { store }: Pick<AccountsRoom, 'store'>,
  accountId: string,
): Promise<readonly Passkey[]> {
  const rows = await store.db
    .selectFrom('passkey')
    .select(['id', 'name', 'created_ms', 'last_used_ms'])
    .where('account_id', '=', accountId)
    .orderBy('created_ms')
    .execute();
  return rows.map(({ id, name, created_ms, last_used_ms }) => ({
    id,
    name,
    createdMs: created_ms,
    lastUsedMs: last_used_ms,
  }));
}

/** What a browser needs to make a passkey (`navigator.credentials.create`). */
export async function passkeyToMake(room: AccountsRoom, account: Account, cookie: string) {
  const known = await passkeysOf(room, account.id);
  if (known.length >= MOST)
    return refusedFor('not-found', `There are ${MOST} passkeys already: remove one first.`);
  const options = await (await webauthn()).generateRegistrationOptions({
    rpName: 'SMAC',
    rpID: boundTo(room).id,
    userName: account.email ?? account.id,
    userID: new TextEncoder().encode(account.id),
    challenge: Buffer.from(room.random(32)),
    attestationType: 'none',
    supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: known.map(({ id }) => ({ id })),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
  });
  await keepChallenge(room, cookie, options.challenge);
  return { ok: true as const, data: options };
}

export async function addPasskey(
  room: AccountsRoom,
  account: Account,
  cookie: string,
  given: { readonly name: string; readonly response: RegistrationResponseJSON },
): Promise<AccountOutcome<Passkey>> {
  const challenge = await room.store.transaction((trx) => takeChallenge(room, trx, cookie));
  if (challenge === undefined) return NOT_HERE;
  const { verified, registrationInfo } = await (await webauthn())
    .verifyRegistrationResponse({
      response: given.response,
      expectedChallenge: challenge,
      expectedOrigin: boundTo(room).origin,
      expectedRPID: boundTo(room).id,
      requireUserVerification: false,
      supportedAlgorithmIDs: ALGORITHMS,
    })
    .catch(() => ({ verified: false, registrationInfo: undefined }));
  if (!verified || registrationInfo === undefined) return NOT_HERE;
  const { credential } = registrationInfo;
  const createdMs = room.clock.now();
  return room.store.transaction(async (trx) => {
    const added = await trx
      .insertInto('passkey')
      .values({
        id: credential.id,
        account_id: account.id,
        public_key: Buffer.from(credential.publicKey).toString('base64url'),
        counter: credential.counter,
        transports: JSON.stringify(given.response.response.transports ?? []),
        name: given.name,
        created_ms: createdMs,
        last_used_ms: null,
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (added === undefined) return NOT_HERE;
    await room.audit.record(
      {
        actor: `staff:${account.id}`,
        action: 'passkey.added',
        subject: `account:${account.id}`,
        detail: {},
      },
      trx,
    );
    return { ok: true, data: { id: credential.id, name: given.name, createdMs, lastUsedMs: null } };
  });
}

export async function removePasskey(room: AccountsRoom, account: Account, id: string): Promise<boolean> {
  return room.store.transaction(async (trx) => {
    const gone = await trx
      .deleteFrom('passkey')
      .where('account_id', '=', account.id)
      .where('id', '=', id)
      .returning('id')
      .executeTakeFirst();
    if (gone === undefined) return false;
    await room.audit.record(
      {
        actor: `staff:${account.id}`,
        action: 'passkey.removed',
        subject: `account:${account.id}`,
        detail: {},
      },
      trx,
    );
    return true;
  });
}

/** What a browser needs to show one (`navigator.credentials.get`), at either step of a sign-in. */
export async function passkeyToShow(room: AccountsRoom, account: Account, cookie: string) {
  const known = await passkeysOf(room, account.id);
  const options = await (await webauthn()).generateAuthenticationOptions({
    rpID: boundTo(room).id,
    challenge: Buffer.from(room.random(32)),
    allowCredentials: known.map(({ id }) => ({ id })),
    userVerification: 'preferred',
  });
  await keepChallenge(room, cookie, options.challenge);
  return options;
}

/** true once per challenge; the counter of the authenticator must not go back (a copied key would). */
export async function isPasskey(
  room: AccountsRoom,
  trx: Transaction<Database>,
  accountId: string,
  cookie: string,
  response: AuthenticationResponseJSON,
): Promise<boolean> {
  const challenge = await takeChallenge(room, trx, cookie);
  const row = await trx
    .selectFrom('passkey')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('id', '=', response.id)
    .forUpdate()
    .executeTakeFirst();
  if (challenge === undefined || row === undefined) return false;
  const { verified, authenticationInfo } = await (await webauthn())
    .verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: boundTo(room).origin,
      expectedRPID: boundTo(room).id,
      requireUserVerification: false,
      credential: {
        id: row.id,
        publicKey: Buffer.from(row.public_key, 'base64url'),
        counter: row.counter,
        transports: row.transports as AuthenticatorTransport[],
      },
    })
    .catch(() => ({ verified: false, authenticationInfo: undefined }));
  if (!verified || authenticationInfo === undefined) return false;
  await trx
    .updateTable('passkey')
    .set({ counter: authenticationInfo.newCounter, last_used_ms: room.clock.now() })
    .where('id', '=', row.id)
    .execute();
  return true;
}

async function keepChallenge(
  { store, clock }: AccountsRoom,
  cookie: string,
  challenge: string,
): Promise<void> {
  await store.db
    .updateTable('account_session')
    .set({ challenge, challenge_until_ms: clock.now() + CHALLENGE_MS })
    .where('id_sha256', '=', sha256(cookie))
    .execute();
}

/** Each challenge is good for one answer, right or wrong. */
async function takeChallenge(
  { clock }: AccountsRoom,
  trx: Transaction<Database>,
  cookie: string,
): Promise<string | undefined> {
  const row = await trx
    .selectFrom('account_session')
    .select(['challenge', 'challenge_until_ms'])
    .where('id_sha256', '=', sha256(cookie))
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined || row.challenge === null) return undefined;
  await trx
    .updateTable('account_session')
    .set({ challenge: null, challenge_until_ms: null })
    .where('id_sha256', '=', sha256(cookie))
    .execute();
  return clock.now() < (row.challenge_until_ms ?? 0) ? row.challenge : undefined;
}

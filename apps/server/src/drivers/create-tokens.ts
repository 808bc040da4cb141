import { type Outcome, type PartyId, refused } from '@smac/ocpi';
import type { Audit } from '../operators/index.ts';
import type { Store } from '../store/index.ts';
import type { Clock } from '../time/clock.ts';
import { acceptByCommand, authorise, lastAccepted } from './authorise.ts';
import { localListAnswered, localListFor } from './local-lists.ts';
import { addToken, changeToken, removeToken } from './own-tokens.ts';
import { getPeerToken, patchedToken, storePeerToken } from './peer-tokens.ts';
import type { DriversLog, Room } from './room.ts';
import { OWN_PEER } from './token.ts';
import { pictureOf } from './token-rows.ts';
import type { AskIssuer, Tokens } from './tokens.ts';

export interface TokensOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: (count: number) => Uint8Array;
  readonly log: DriversLog;
  readonly audit: Audit;
  readonly party: PartyId;
  /** Name on own cards; default: the party. */
  readonly issuerName?: string;
  /** Real-time authorisation at the peer that issued a token; default: nobody can be asked. */
  readonly askIssuer?: AskIssuer;
  readonly placeOf?: Room['placeOf'];
  /** Default: nothing is ever reserved. */
  readonly holderAt?: Room['holderAt'];
}

/** Tokens of this operator and of its peers. */
export function createTokens(options: TokensOptions): Tokens {
  const { store, clock, random, log, audit, party } = options;
  const room: Room = {
    store,
    clock,
    log,
    audit,
    party,
    issuerName: options.issuerName ?? party.partyId,
    newId: () => Buffer.from(random(12)).toString('hex'),
    askIssuer: options.askIssuer ?? (async () => ({ kind: 'no-answer', detail: 'No peer is connected.' })),
    placeOf: options.placeOf ?? (() => undefined),
    holderAt: options.holderAt ?? (async () => undefined),
  };
  const ears = new Set<() => void>();
  async function told<T>(work: Promise<Outcome<T>>): Promise<Outcome<T>> {
    const outcome = await work;
    if (outcome.ok) for (const ear of ears) ear();
    return outcome;
  }
  return {
    onChange(ear) {
      ears.add(ear);
      return () => ears.delete(ear);
    },
    authorise: (token, at) => authorise(room, token, at),
    acceptByCommand: (token, at) => acceptByCommand(room, token, at),
    lastAccepted: (uid, stationId, beforeMs) => lastAccepted(room, uid, stationId, beforeMs),
    add: (token, actor) => told(addToken(room, token, actor)),
    change: (id, change, actor) => told(changeToken(room, id, change, actor)),
    remove: (id, actor) => told(removeToken(room, id, actor)),
    async picture(id) {
      const row = await store.db
        .selectFrom('token')
        .selectAll()
        .where('id', '=', id)
        .where('removed_ms', 'is', null)
        .executeTakeFirst();
      return row && pictureOf(row);
    },
    async list({ limit, offset, ownOnly = false }) {
      const matching = store.db
        .selectFrom('token')
        .where('removed_ms', 'is', null)
        .$if(ownOnly, (query) => query.where('peer_id', '=', OWN_PEER));
      const { total } = await matching
        .select((e) => e.fn.countAll<number>().as('total'))
        .executeTakeFirstOrThrow();
      const rows = await matching.selectAll().orderBy('sort_id').limit(limit).offset(offset).execute();
      return { tokens: rows.map(pictureOf), total: Number(total) };
    },
    put: (owner, token) => told(storePeerToken(room, owner, token.uid, token.type, () => token)),
    patch: async (owner, uid, type, patch) =>
      patch.last_updated === undefined
        ? refused('invalidParameters', 'last_updated: is required in a PATCH.')
        : told(storePeerToken(room, owner, uid, type, patchedToken(patch))),
    get: (owner, uid, type) => getPeerToken(room, owner, uid, type),
    localListFor: (stationId, version, limits) => localListFor(room, stationId, version, limits),
    localListAnswered: (stationId, version, accepted) =>
      localListAnswered(room, stationId, version, accepted),
  };
}

import { createHash } from 'node:crypto';
import type { Store } from '../store/index.ts';
import type { OperatorRole } from '../store/tables/operators.ts';
import type { Clock } from '../time/clock.ts';
import type { Audit } from './audit.ts';

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly role: OperatorRole;
  readonly createdMs: number;
  readonly lastUsedMs: number | null;
  readonly revokedMs: number | null;
}

/** A new key; `key` exists nowhere else and is never shown again. */
export interface IssuedKey extends ApiKey {
  readonly key: string;
}

export interface ApiKeys {
  create(terms: { readonly name: string; readonly role: OperatorRole }, actor: string): Promise<IssuedKey>;
  list(): Promise<readonly ApiKey[]>;
  /** false when there is no such key in use. */
  revoke(id: string, actor: string): Promise<boolean>;
  /** Whose key this is; undefined for one that is unknown or revoked. */
  find(key: string): Promise<ApiKey | undefined>;
}

const SECRET_BYTES = 32;
const ID_BYTES = 6;
/** The time of last use is written at most this often, so that reading does not become writing. */
const USE_RESOLUTION_MS = 60_000;

/** API keys of 256 random bits. Only the SHA-256 is stored: a key of this entropy needs no slow hash (ASVS V11). */
export function createApiKeys(options: {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: (count: number) => Uint8Array;
  readonly audit: Audit;
}): ApiKeys {
  const { store, clock, random, audit } = options;
  return {
    async create({ name, role }, actor) {
      const id = Buffer.from(random(ID_BYTES)).toString('hex');
      const key = `smac_${Buffer.from(random(SECRET_BYTES)).toString('base64url')}`;
      const createdMs = clock.now();
      await store.transaction(async (trx) => {
        await trx
          .insertInto('api_key')
          .values({
            id,
            name,
            role,
            key_sha256: sha256(key),
            created_ms: createdMs,
            last_used_ms: null,
            revoked_ms: null,
          })
          .execute();
        await audit.record(
          { actor, action: 'api_key.created', subject: `key:${id}`, detail: { name, role } },
          trx,
        );
      });
      return { id, name, role, createdMs, lastUsedMs: null, revokedMs: null, key };
    },
    async list() {
      const rows = await store.db
        .selectFrom('api_key')
        .selectAll()
        .orderBy('created_ms')
        .orderBy('id')
        .execute();
      return rows.map(keyOf);
    },
    async revoke(id, actor) {
      return store.transaction(async (trx) => {
        const row = await trx
          .updateTable('api_key')
          .set({ revoked_ms: clock.now() })
          .where('id', '=', id)
          .where('revoked_ms', 'is', null)
          .returning('name')
          .executeTakeFirst();
        if (!row) return false;
        await audit.record(
          { actor, action: 'api_key.revoked', subject: `key:${id}`, detail: { name: row.name } },
          trx,
        );
        return true;
      });
    },
    async find(key) {
      const row = await store.db
        .selectFrom('api_key')
        .selectAll()
        .where('key_sha256', '=', sha256(key))
        .where('revoked_ms', 'is', null)
        .executeTakeFirst();
      if (!row) return undefined;
      const nowMs = clock.now();
      if (nowMs - (row.last_used_ms ?? 0) > USE_RESOLUTION_MS) {
        await store.db.updateTable('api_key').set({ last_used_ms: nowMs }).where('id', '=', row.id).execute();
      }
      return keyOf(row);
    },
  };
}

interface Row {
  id: string;
  name: string;
  role: OperatorRole;
  created_ms: number;
  last_used_ms: number | null;
  revoked_ms: number | null;
}

function keyOf(row: Row): ApiKey {
  const { id, name, role } = row;
  return {
    id,
    name,
    role,
    createdMs: row.created_ms,
    lastUsedMs: row.last_used_ms,
    revokedMs: row.revoked_ms,
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

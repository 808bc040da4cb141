import type { Identity, Json } from './columns.ts';

export type OperatorRole = 'admin' | 'operator' | 'viewer';

export interface ApiKeyTable {
  id: string;
  name: string;
  role: OperatorRole;
  /** SHA-256 of the key, hex. The key itself is shown once and stored nowhere (ASVS V11). */
  key_sha256: string;
  created_ms: number;
  last_used_ms: number | null;
  revoked_ms: number | null;
}

export interface AuditTable {
  id: Identity;
  at_ms: number;
  /** `key:<id>`, `local` (command line on this machine), `peer:<id>`, `system`. */
  actor: string;
  /** Verb in the past tense with its room: `api_key.created`, `profile.sent`. */
  action: string;
  /** What it was done to, as `kind:id`. */
  subject: string;
  detail: Json<Record<string, unknown>>;
  /** `hash` of the row before; of the first row of all: 64 zeros. */
  previous_hash: string;
  /** SHA-256 over `previous_hash` and this row's content, hex. */
  hash: string;
}

export interface OperatorsTables {
  api_key: ApiKeyTable;
  audit: AuditTable;
}

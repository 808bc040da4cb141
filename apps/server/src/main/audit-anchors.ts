import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Audit, AuditHead } from '../operators/index.ts';

/** Heads of the audit trail noted in a file beside the database, so that a rewritten or cut-off trail is found. */
export interface AuditAnchors {
  note(): Promise<void>;
  read(): readonly AuditHead[];
}

export function auditAnchors(dataDir: string, audit: Audit): AuditAnchors {
  const file = join(dataDir, 'audit-heads');
  let last = 0;
  return {
    async note() {
      const head = await audit.head();
      if (!head || head.id === last) return;
      last = head.id;
      appendFileSync(file, `${head.id} ${head.hash}\n`, { mode: 0o600 });
    },
    read() {
      if (!existsSync(file)) return [];
      return readFileSync(file, 'utf8')
        .split('\n')
        .map((line) => line.split(' '))
        .flatMap(([id, hash]) => (id && hash ? [{ id: Number(id), hash }] : []));
    },
  };
}

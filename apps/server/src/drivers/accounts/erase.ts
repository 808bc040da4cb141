/** Erasure (GDPR art. 17): whoever it was is gone from every table; what they bought stays, as a charge of nobody. */

import type { Outcome } from '@smac/ocpi';
import { type RawBuilder, sql, type Transaction } from 'kysely';
import type { Database } from '../../store/index.ts';
import { refusedAs } from '../refused-as.ts';
import { liveSessionsOf } from './own-sessions.ts';
import type { DriverRoom } from './room.ts';

/**
 * Not swept: the trail holds no personal data and its rows are chained; signed meter values are evidence byte for byte, and are removed
 * when their months expire.
 */
const UNTOUCHED = new Set(['audit', 'meter_value', 'kysely_migration', 'kysely_migration_lock']);
/** What is about nobody but the account. */
const OF_ACCOUNTS = [
  'driver_card',
  'driver_vehicle',
  'driver_defaults',
  'driver_consent',
  'driver_booking',
  'driver_notice',
  'driver_push',
  'driver_mail',
  'driver_mandate',
] as const;
/** 20 characters, as OCPP 1.6 can carry. */
const ERASED = 'ERASED-';
const ERASED_BYTES = 6;

interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
}

/** Refused while a car charges: the station would go on naming the card. */
export async function eraseDriver(room: DriverRoom, accountId: string): Promise<Outcome<undefined>> {
  if ((await liveSessionsOf(room, accountId)).length > 0) {
    return refusedAs(
      'charge-running',
      'invalidParameters',
      'A charge of yours is still running: end it first, then erase.',
    );
  }
  const { store, random, audit, accounts } = room;
  await store.transaction(async (trx) => {
    const cards = await trx
      .selectFrom('driver_card as c')
      .leftJoin('token as t', 't.id', 'c.token_id')
      .select(['c.token_id', 'c.uid_key', 'c.kind', 't.contract_key', 't.object'])
      .where('c.account_id', '=', accountId)
      .execute();
    const columns = await textColumns(trx);
    for (const card of cards) {
      const nobody = `${ERASED}${Buffer.from(random(ERASED_BYTES)).toString('hex').toUpperCase()}`;
      for (const name of [card.uid_key, ...(card.contract_key === null ? [] : [card.contract_key])]) {
        for (const column of columns) await sweep(trx, column, name, nobody);
      }
      await trx
        .updateTable('token')
        .set({ removed_ms: room.clock.now(), object: sql`object - 'visual_number' - 'group_id'` })
        .where('id', '=', card.token_id)
        .execute();
    }
    for (const table of OF_ACCOUNTS)
      await trx.deleteFrom(table).where('account_id', '=', accountId).execute();
    await accounts.endAccount(trx, accountId);
    await audit.record(
      {
        actor: `driver:${accountId}`,
        action: 'account.erased',
        subject: `account:${accountId}`,
        detail: { cards: cards.length },
      },
      trx,
    );
  });
  return { ok: true, data: undefined };
}

/** Every text and JSON column there is, so that a table that comes later is swept too. */
async function textColumns(trx: Transaction<Database>): Promise<readonly Column[]> {
  const { rows } = await sql<Column>`
    select c.table_name as "table", c.column_name as "column", c.data_type as "type"
    from information_schema.columns c join information_schema.tables t
      on t.table_schema = c.table_schema and t.table_name = c.table_name
    where c.table_schema = current_schema() and t.table_type = 'BASE TABLE'
      and c.data_type in ('text', 'jsonb') and c.is_generated = 'NEVER'`.execute(trx);
  return rows.filter(({ table }) => !UNTOUCHED.has(table) && !table.startsWith('meter_value'));
}

/** Fields of protocols and rooms that name a token; a text that happens to be the same elsewhere stays. */
const NAMES =
  'uid|idTag|idToken|parentIdTag|contract_id|contractId|tokenUid|groupUid|group_id|token_uid|id_token';

async function sweep(
  trx: Transaction<Database>,
  { table, column, type }: Column,
  name: string,
  nobody: string,
): Promise<void> {
  const pattern = `("(?:${NAMES})"\\s*:\\s*)"${escaped(name)}"`;
  const place = sql.ref(column);
  const inJson: RawBuilder<unknown> = sql`regexp_replace(${place}::text, ${pattern}, ${`\\1"${nobody}"`}, 'gi')`;
  if (type === 'jsonb') {
    await sql`update ${sql.table(table)} set ${place} = ${inJson}::jsonb where ${place}::text ~* ${pattern}`.execute(
      trx,
    );
    return;
  }
  // Frames are text that holds JSON; keys of tokens are parts between slashes, encoded.
  const inKey = `(^|/)${escaped(encodeURIComponent(name))}(/|$)`;
  await sql`update ${sql.table(table)} set ${place} =
      case when lower(${place}) = ${name} then ${isKey(column) ? nobody.toLowerCase() : nobody}
        when ${place} ~* ${pattern} then ${inJson}
        else regexp_replace(${place}, ${inKey}, ${`\\1${nobody.toLowerCase()}\\2`}, 'i') end
    where lower(${place}) = ${name} or ${place} ~* ${pattern}
      or ((${column.endsWith('_key')}) and ${place} ~* ${inKey})`.execute(trx);
}

const isKey = (column: string) => column.endsWith('_key');

/** For a regular expression of PostgreSQL. */
function escaped(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9]/g, '\\$&');
}

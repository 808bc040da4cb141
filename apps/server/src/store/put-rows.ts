import { type RawBuilder, type Selectable, sql, type Transaction } from 'kysely';
import type { Database } from './database.ts';
import type { Store } from './store.ts';

type Column<T extends keyof Database> = keyof Selectable<Database[T]> & string;

export interface PutRowsOptions<T extends keyof Database> {
  /** Columns that tell rows apart. */
  readonly key: readonly Column<T>[];
  /** A row that is there already: stays as it is, takes the new values, or is a defect. */
  readonly ifThere: 'stays' | 'replaced' | 'defect';
  /** Columns that keep their value when a row is replaced. */
  readonly kept?: readonly Column<T>[];
}

/**
 * Writes rows of one table in one statement whose text is always the same: the rows travel as one JSON text. A list of values has another
 * text for every number of rows, so that the database parses and plans nearly each of them anew, and putting hundreds of rows of twenty
 * columns into words costs more than storing them.
 *
 * JSON columns take what they hold, not its text. All rows of one writer have the same columns.
 */
export function putRows<T extends keyof Database & string>(
  table: T,
  { key, ifThere, kept = [] }: PutRowsOptions<T>,
): (db: Store['db'] | Transaction<Database>, rows: readonly Selectable<Database[T]>[]) => Promise<void> {
  let known: { readonly before: RawBuilder<unknown>; readonly after: RawBuilder<unknown> } | undefined;

  function textFor(columns: readonly string[]) {
    const list = columns.map(quoted).join(', ');
    const replaced = columns.filter((column) => ![...key, ...kept].includes(column as Column<T>));
    const conflict = {
      defect: '',
      stays: ' on conflict do nothing',
      replaced:
        ` on conflict (${key.map(quoted).join(', ')}) do update set ` +
        replaced.map((column) => `${quoted(column)} = excluded.${quoted(column)}`).join(', '),
    }[ifThere];
    return {
      before: sql.raw(
        `insert into ${quoted(table)} (${list}) select ${list} from jsonb_populate_recordset(null::${quoted(table)}, `,
      ),
      after: sql.raw(`::jsonb)${conflict}`),
    };
  }

  return async (db, rows) => {
    const [first] = rows;
    if (first === undefined) return;
    known ??= textFor(Object.keys(first));
    await sql`${known.before}${JSON.stringify(rows)}${known.after}`.execute(db);
  };
}

const quoted = (name: string) => `"${name}"`;

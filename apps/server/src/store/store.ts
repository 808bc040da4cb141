import { AsyncLocalStorage } from 'node:async_hooks';
import { type Dialect, type Driver, Kysely, type Transaction } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Database } from './database.ts';
import { MIGRATIONS } from './migrations/index.ts';

/** The open database, whichever kind it is. */
export interface Store {
  readonly kind: 'pglite' | 'postgres';
  /** Where it is, for people; never holds a password. */
  readonly place: string;
  /** For single statements. Inside `transaction` use what is handed in: using `db` there throws. */
  readonly db: Kysely<Database>;
  /** Runs `work` in one transaction; resolves after the commit, so what it returns may be acknowledged. */
  transaction<T>(work: (trx: Transaction<Database>) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Open while the transaction's callback runs; work it started and left behind may use `db` afterwards. */
interface Scope {
  open: boolean;
}

/** Wraps a dialect into the store every room uses, and brings the schema up to date. */
export async function storeOf(
  kind: Store['kind'],
  place: string,
  dialect: Dialect,
  release: () => Promise<void> = async () => {},
): Promise<Store> {
  const inTransaction = new AsyncLocalStorage<Scope>();
  const db = new Kysely<Database>({ dialect: guarded(dialect, inTransaction) });
  await migrate(db);
  return {
    kind,
    place,
    db,
    transaction: (work) =>
      db.transaction().execute((trx) => {
        const scope: Scope = { open: true };
        return inTransaction.run(scope, async () => {
          try {
            return await work(trx);
          } finally {
            scope.open = false;
          }
        });
      }),
    async close() {
      await db.destroy();
      await release();
    },
  };
}

/**
 * A query through `db` inside a transaction would wait for ever on the embedded database (one connection) and would silently be
 * outside the transaction on PostgreSQL. Both become the same loud defect.
 */
function guarded(dialect: Dialect, inTransaction: AsyncLocalStorage<Scope>): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver() {
      const driver: Driver = dialect.createDriver();
      const acquire = driver.acquireConnection.bind(driver);
      driver.acquireConnection = async (options) => {
        if (inTransaction.getStore()?.open) {
          throw new Error('A query used `db` inside a transaction: use the transaction that was handed in.');
        }
        return acquire(options);
      };
      return driver;
    },
  };
}

/** Brings a database of any earlier release up to date. */
export async function migrate(db: Kysely<Database>): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...MIGRATIONS }) },
    // Numbers belong to rooms: a new one of an early room stands before those that a database has already.
    allowUnorderedMigrations: true,
  });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}

import { type Kysely, sql } from 'kysely';

/** E-mail: letters that wait, links that were sent, which drivers want to be told by it, and whose address is proven. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('account').addColumn('email_confirmed_ms', 'bigint').execute();
  await db.schema
    .createTable('mail_outbox')
    .addColumn('id', 'bigint', (c) => c.generatedAlwaysAsIdentity().primaryKey())
    .addColumn('account_id', 'text', (c) => c.notNull().references('account.id'))
    .addColumn('about', 'text', (c) => c.notNull())
    .addColumn('sealed', 'text')
    .addColumn('state', 'text', (c) => c.notNull().check(sql`state in ('waiting', 'sent', 'given_up')`))
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('made_ms', 'bigint', (c) => c.notNull())
    .addColumn('due_ms', 'bigint', (c) => c.notNull())
    .addColumn('until_ms', 'bigint', (c) => c.notNull())
    .addColumn('ended_ms', 'bigint')
    .addColumn('fault', 'text')
    .addUniqueConstraint('mail_outbox_once', ['account_id', 'about'])
    .execute();
  await sql`create index mail_outbox_due on mail_outbox (due_ms) where state = 'waiting'`.execute(db);
  await db.schema
    .createTable('mail_link')
    .addColumn('token_sha256', 'text', (c) => c.primaryKey())
    .addColumn('purpose', 'text', (c) => c.notNull().check(sql`purpose in ('confirm', 'password')`))
    .addColumn('account_id', 'text', (c) => c.references('account.id'))
    .addColumn('subject_sha256', 'text', (c) => c.notNull())
    .addColumn('asked_from', 'text', (c) => c.notNull())
    .addColumn('made_ms', 'bigint', (c) => c.notNull())
    .addColumn('expires_ms', 'bigint', (c) => c.notNull())
    .addColumn('used_ms', 'bigint')
    .execute();
  for (const column of ['account_id', 'subject_sha256', 'asked_from'])
    await db.schema.createIndex(`mail_link_${column}`).on('mail_link').columns([column, 'made_ms']).execute();
  await db.schema
    .createTable('driver_mail')
    .addColumn('id', 'bigint', (c) => c.generatedAlwaysAsIdentity().primaryKey())
    .addColumn('account_id', 'text', (c) => c.notNull().references('account.id'))
    .addColumn('language', 'text', (c) => c.notNull())
    .addColumn('text_version', 'text', (c) => c.notNull())
    .addColumn('given_ms', 'bigint', (c) => c.notNull())
    .addColumn('ended_ms', 'bigint')
    .execute();
  await sql`create unique index driver_mail_open on driver_mail (account_id) where ended_ms is null`.execute(
    db,
  );
}

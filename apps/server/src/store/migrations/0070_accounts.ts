import { type Kysely, sql } from 'kysely';

/** People: who they are, how they prove it, and where they are signed in. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('account')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull().check(sql`kind in ('staff', 'driver')`))
    .addColumn('role', 'text', (c) =>
      c.notNull().check(sql`role in ('admin', 'operator', 'viewer', 'city', 'driver', 'guest')`),
    )
    .addColumn('email', 'text')
    .addColumn('email_key', 'text')
    .addColumn('name', 'text')
    .addColumn('peer_id', 'text')
    .addColumn('password_hash', 'text')
    .addColumn('totp_sealed', 'text')
    .addColumn('totp_last_step', 'bigint')
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addColumn('last_sign_in_ms', 'bigint')
    .addColumn('ended_ms', 'bigint')
    .execute();
  await sql`create unique index account_email on account (kind, email_key) where ended_ms is null`.execute(
    db,
  );
  await db.schema
    .createTable('account_invitation')
    .addColumn('token_sha256', 'text', (c) => c.primaryKey())
    .addColumn('account_id', 'text', (c) => c.notNull().references('account.id'))
    .addColumn('purpose', 'text', (c) => c.notNull().check(sql`purpose in ('join', 'reset', 'sign-in')`))
    .addColumn('totp_sealed', 'text')
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addColumn('expires_ms', 'bigint', (c) => c.notNull())
    .addColumn('used_ms', 'bigint')
    .execute();
  await db.schema
    .createIndex('account_invitation_account')
    .on('account_invitation')
    .column('account_id')
    .execute();
  await db.schema
    .createTable('recovery_code')
    .addColumn('code_sha256', 'text', (c) => c.primaryKey())
    .addColumn('account_id', 'text', (c) => c.notNull().references('account.id'))
    .addColumn('used_ms', 'bigint')
    .execute();
  await db.schema.createIndex('recovery_code_account').on('recovery_code').column('account_id').execute();
  await db.schema
    .createTable('account_session')
    .addColumn('id_sha256', 'text', (c) => c.primaryKey())
    .addColumn('handle', 'text', (c) => c.notNull().unique())
    .addColumn('account_id', 'text', (c) => c.notNull().references('account.id'))
    .addColumn('stage', 'text', (c) => c.notNull().check(sql`stage in ('password', 'full')`))
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addColumn('seen_ms', 'bigint', (c) => c.notNull())
    .addColumn('ends_ms', 'bigint', (c) => c.notNull())
    .addColumn('stepped_up_until_ms', 'bigint')
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('agent', 'text', (c) => c.notNull())
    .addColumn('evse_key', 'text')
    .addColumn('ended_ms', 'bigint')
    .execute();
  await db.schema.createIndex('account_session_account').on('account_session').column('account_id').execute();
  await db.schema
    .createTable('sign_in_failure')
    .addColumn('id', 'bigint', (c) => c.generatedAlwaysAsIdentity().primaryKey())
    .addColumn('subject_sha256', 'text', (c) => c.notNull())
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('factor', 'text', (c) => c.notNull().check(sql`factor in ('password', 'second')`))
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('sign_in_failure_subject')
    .on('sign_in_failure')
    .columns(['subject_sha256', 'at_ms'])
    .execute();
  await db.schema
    .createIndex('sign_in_failure_address')
    .on('sign_in_failure')
    .columns(['address', 'at_ms'])
    .execute();
}

import { type Kysely, sql } from 'kysely';

/**
 * A CDR stays as it is, but for whose it was: after an erasure (GDPR art. 17) the token in it becomes a name for nobody. Everything else
 * about it the trigger still refuses to change.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create function is_same_or_erased(old_name text, new_name text) returns boolean language sql immutable as $$
    select new_name is not distinct from old_name or new_name like 'ERASED-%' $$`.execute(db);
  await sql`create or replace function cdr_is_final() returns trigger language plpgsql as $$
    begin
      if (new.object #- '{cdr_token,uid}') #- '{cdr_token,contract_id}'
          = (old.object #- '{cdr_token,uid}') #- '{cdr_token,contract_id}'
        and (new.facts #- '{token,uid}') #- '{token,contract_id}'
          = (old.facts #- '{token,uid}') #- '{token,contract_id}'
        and to_jsonb(new) - 'object' - 'facts' = to_jsonb(old) - 'object' - 'facts'
        and (new.object <> old.object or new.facts <> old.facts)
        and is_same_or_erased(old.object #>> '{cdr_token,uid}', new.object #>> '{cdr_token,uid}')
        and is_same_or_erased(old.object #>> '{cdr_token,contract_id}', new.object #>> '{cdr_token,contract_id}')
        and is_same_or_erased(old.facts #>> '{token,uid}', new.facts #>> '{token,uid}')
        and is_same_or_erased(old.facts #>> '{token,contract_id}', new.facts #>> '{token,contract_id}')
      then return new;
      end if;
      raise exception 'A CDR never changes: send a credit CDR';
    end $$`.execute(db);
}

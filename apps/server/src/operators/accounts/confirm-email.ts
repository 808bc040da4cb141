/** Whether an address is its owner's: a link that was sent there comes back. */
import type { Language } from '../../config/index.ts';
import { wordsOf } from '../../mail/index.ts';
import { type Account, type AccountOutcome, emailKey, refusedFor, sha256 } from './account.ts';
import {
  askLink,
  bindLink,
  LINK_MS,
  linkedAccount,
  linkTo,
  tooManyLinks,
  UNKNOWN_LINK,
  useLinks,
} from './mail-links.ts';
import type { AccountsRoom } from './room.ts';
import type { Whereabouts } from './sessions.ts';

/** Sends the link; older ones stay good until they are too old, because letters overtake each other. */
export async function askConfirmation(
  room: AccountsRoom,
  { id, kind, email }: Pick<Account, 'id' | 'kind' | 'email'>,
  language: Language,
  where: Whereabouts,
): Promise<AccountOutcome<undefined>> {
  const { store, clock, mail, site } = room;
  if (mail === undefined || email === null)
    return refusedFor('no-mail', 'No e-mail can be sent to this account.');
  const asked = await askLink(room, 'confirm', `${kind}:${emailKey(email)}`, where);
  if (!asked.ok) return asked;
  const { token, isTooMany } = asked.data;
  if (isTooMany) return tooManyLinks(3_600_000);
  await store.transaction(async (trx) => {
    // Nothing is posted beside an erasure.
    const account = await trx
      .selectFrom('account')
      .select('id')
      .where('id', '=', id)
      .where('ended_ms', 'is', null)
      .forShare()
      .executeTakeFirst();
    if (account === undefined) return;
    await bindLink(trx, token, id);
    await mail.post(trx, {
      accountId: id,
      about: `confirm/${sha256(token)}`,
      letter: { to: email, ...wordsOf('confirm', language, linkTo(site, kind, 'confirm-mail', token)) },
      untilMs: clock.now() + LINK_MS.confirm,
    });
  });
  mail.wake();
  return { ok: true, data: undefined };
}

/** Needs no sign-in: the letter may be read on another device. */
export async function confirmEmail(room: AccountsRoom, token: string): Promise<AccountOutcome<undefined>> {
  const { store, clock, audit } = room;
  return store.transaction(async (trx) => {
    const row = await linkedAccount(room, trx, token, 'confirm').forUpdate().executeTakeFirst();
    if (row === undefined) return UNKNOWN_LINK;
    await useLinks(room, trx, row.id, 'confirm');
    await trx
      .updateTable('account')
      .set({ email_confirmed_ms: clock.now() })
      .where('id', '=', row.id)
      .execute();
    await audit.record(
      {
        actor: `${row.kind}:${row.id}`,
        action: 'account.email_confirmed',
        subject: `account:${row.id}`,
        detail: {},
      },
      trx,
    );
    return { ok: true, data: undefined };
  });
}

/** A mailbox that takes nothing any more is nobody's: it has to be confirmed again before anything else is sent there. */
export async function forgetConfirmation({ store }: AccountsRoom, accountId: string): Promise<void> {
  await store.db
    .updateTable('account')
    .set({ email_confirmed_ms: null })
    .where('id', '=', accountId)
    .execute();
}

/** Who plans a driver's charges (D1.5-§1.1-2): as the operator of the site agreed, this platform, nobody, or one of its partners. */
import { type Outcome, refused } from '@smac/ocpi';
import { liveSessionsOf } from './own-sessions.ts';
import type { DriverRoom } from './room.ts';

/** A party that may set charging profiles here. */
export interface Partner {
  readonly peerId: string;
  readonly name: string;
  /** false: it does not answer now. */
  readonly isUp: boolean;
}

/** What the driver chose: `site`: nothing, `own`, `none`, or the peer. */
export interface ProviderChoice {
  readonly provider: string;
  readonly sinceMs: number | null;
}

export const NO_CHOICE = 'site';
const OF_THIS_PLATFORM = ['own', 'none'];

export async function providerOf(
  { store }: Pick<DriverRoom, 'store'>,
  accountId: string,
): Promise<ProviderChoice> {
  const row = await store.db
    .selectFrom('driver_mandate')
    .select(['provider', 'from_ms'])
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return { provider: row?.provider ?? NO_CHOICE, sinceMs: row?.from_ms ?? null };
}

/** Counts at once for a car that is plugged in. Refused for a partner that is not one. */
export async function chooseProvider(
  room: DriverRoom,
  accountId: string,
  provider: string,
): Promise<Outcome<ProviderChoice>> {
  const isKnown =
    provider === NO_CHOICE ||
    OF_THIS_PLATFORM.includes(provider) ||
    (await room.partners()).some(({ peerId }) => peerId === provider);
  if (!isKnown) {
    return refused(
      'invalidParameters',
      'provider: must be site, own, none or one of the partners that GET /api/drivers/me/provider lists.',
    );
  }
  const { store, clock, audit } = room;
  await store.transaction(async (trx) => {
    await trx.deleteFrom('driver_mandate').where('account_id', '=', accountId).execute();
    if (provider !== NO_CHOICE)
      await trx
        .insertInto('driver_mandate')
        .values({ account_id: accountId, provider, from_ms: clock.now() })
        .execute();
    await audit.record(
      {
        actor: `driver:${accountId}`,
        action: 'provider.chosen',
        subject: `account:${accountId}`,
        detail: { provider },
      },
      trx,
    );
  });
  for (const { ref } of await liveSessionsOf(room, accountId))
    await room.sites.setProvider(ref, provider === NO_CHOICE ? undefined : provider);
  return { ok: true, data: await providerOf(room, accountId) };
}

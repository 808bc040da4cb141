/** What a driver consented to (security.md 9): versioned, off until given. */
import type { DriverRoom } from './room.ts';

/**
 * `v2g`: give energy back (D1.5-APP-V2G); `soc`: use the car's state of charge for planning; `sharing`: pass wishes to the provider of
 * another platform; `statistics`: be counted one by one instead of in sums.
 */
export const PURPOSES = ['v2g', 'soc', 'sharing', 'statistics'] as const;
export type Purpose = (typeof PURPOSES)[number];
/** Wording in force; a new one asks everybody again. */
export const TEXT_VERSION = '2026-11';
/** Without another wish a battery is never discharged below this. */
export const DEFAULT_FLOOR_SOC = 0.5;

export interface Consent {
  readonly purpose: Purpose;
  readonly isGiven: boolean;
  readonly textVersion: string | null;
  /** V2G only. */
  readonly floorSoc: number | null;
  readonly givenMs: number | null;
}

/** Every purpose; what was never asked is not given. */
export async function consentsOf(
  { store }: Pick<DriverRoom, 'store'>,
  accountId: string,
): Promise<readonly Consent[]> {
  const rows = await store.db
    .selectFrom('driver_consent')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('revoked_ms', 'is', null)
    .execute();
  return PURPOSES.map((purpose) => {
    const row = rows.find((given) => given.purpose === purpose && given.text_version === TEXT_VERSION);
    return {
      purpose,
      isGiven: row !== undefined,
      textVersion: row?.text_version ?? null,
      floorSoc: row?.floor_soc ?? null,
      givenMs: row?.given_ms ?? null,
    };
  });
}

export async function v2gFloor(
  room: Pick<DriverRoom, 'store'>,
  accountId: string,
): Promise<number | undefined> {
  const consent = (await consentsOf(room, accountId)).find(({ purpose }) => purpose === 'v2g');
  return consent?.isGiven ? (consent.floorSoc ?? DEFAULT_FLOOR_SOC) : undefined;
}

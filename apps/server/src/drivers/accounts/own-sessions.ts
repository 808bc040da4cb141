import { type Outcome, refused } from '@smac/ocpi';
import type { Preferences, SessionRef, SessionState } from '../../sites/index.ts';
import { uidsOf } from './cards.ts';
import { v2gFloor } from './consent.ts';
import { type DriverRoom, OWN_SESSIONS } from './room.ts';

/** One charge of a driver; what it cost stands in its CDR. */
export interface DriverSession {
  readonly sessionId: string;
  readonly isLive: boolean;
  readonly locationId: string;
  readonly evseUid: string;
  readonly startMs: number;
  readonly endMs: number | null;
  readonly energyWh: number;
  readonly powerW: number | null;
  readonly cdrId: string | null;
  readonly currency: string | null;
  /** Incl. VAT where the tariff has it; null until the CDR is there. */
  readonly totalCost: number | null;
}

type Reading = Pick<DriverRoom, 'store'>;

/** A booking is a session in OCPI, too; whoever did not come charged nothing. */
const CHARGED = ['ACTIVE', 'COMPLETED'];

/** Newest first. Only sessions with a token of this driver: the token is the one link between a charge and a person. */
export async function sessionsOf(
  room: Reading,
  accountId: string,
  page: { readonly limit: number; readonly beforeMs?: number },
): Promise<readonly DriverSession[]> {
  const uids = await uidsOf(room, accountId);
  if (uids.length === 0) return [];
  const rows = await room.store.db
    .selectFrom('charging_session as s')
    .select(['session_id', 'live', 'location_id', 'evse_uid', 'start_ms', 'end_ms', 'energy_wh', 'power_w'])
    .where('s.peer_id', '=', OWN_SESSIONS)
    .where('s.status', 'in', CHARGED)
    .where((e) => e(e.fn('lower', ['s.token_uid']), 'in', uids))
    .$if(page.beforeMs !== undefined, (query) => query.where('s.start_ms', '<', page.beforeMs ?? 0))
    .orderBy('start_ms', 'desc')
    .limit(page.limit)
    .execute();
  const cdrs = await billsOf(
    room,
    rows.map(({ session_id }) => session_id),
  );
  return rows.map((row) => ({
    sessionId: row.session_id,
    isLive: row.live,
    locationId: row.location_id,
    evseUid: row.evse_uid,
    startMs: row.start_ms,
    endMs: row.end_ms,
    energyWh: row.energy_wh,
    powerW: row.power_w,
    ...(cdrs.get(row.session_id) ?? { cdrId: null, currency: null, totalCost: null }),
  }));
}

/** The session of that name, if it is this driver's; what is somebody else's does not exist for them (T-AUTHZ). */
export async function ownSession(
  room: Pick<DriverRoom, 'store' | 'sites'>,
  accountId: string,
  sessionId: string,
): Promise<SessionState | undefined> {
  const session = await room.sites.session({ peerId: OWN_SESSIONS, sessionId });
  if (session === undefined) return undefined;
  const uids = await uidsOf(room, accountId);
  return uids.includes(session.tokenUid.toLowerCase()) ? session : undefined;
}

export async function liveSessionsOf(
  room: Pick<DriverRoom, 'store' | 'sites'>,
  accountId: string,
): Promise<readonly { readonly ref: SessionRef; readonly session: SessionState }[]> {
  const uids = await uidsOf(room, accountId);
  if (uids.length === 0) return [];
  const rows = await room.store.db
    .selectFrom('charging_session as s')
    .select('session_id')
    .where('s.peer_id', '=', OWN_SESSIONS)
    .where('s.live', '=', true)
    .where('s.status', 'in', CHARGED)
    .where((e) => e(e.fn('lower', ['s.token_uid']), 'in', uids))
    .execute();
  const found = await Promise.all(
    rows.map(async ({ session_id }) => {
      const ref = { peerId: OWN_SESSIONS, sessionId: session_id };
      const session = await room.sites.session(ref);
      return session && { ref, session };
    }),
  );
  return found.filter((entry) => entry !== undefined);
}

/** Wishes for a charge that runs. Giving energy back needs the consent, and never goes below its floor (D1.5-APP-V2G). */
export async function wishFor(
  room: DriverRoom,
  accountId: string,
  sessionId: string,
  wishes: Preferences,
): Promise<Outcome<undefined>> {
  const session = await ownSession(room, accountId, sessionId);
  if (session === undefined || session.endMs !== undefined)
    return refused('unknownObject', `There is no charge ${sessionId} of yours that runs.`);
  const allowed = await allowedWishes(room, accountId, wishes);
  if (!allowed.ok) return allowed;
  const { priority } = session.preferences;
  return room.sites.setPreferences(
    { peerId: OWN_SESSIONS, sessionId },
    { ...allowed.data, ...(priority === undefined ? {} : { priority }) },
  );
}

/** What the driver's consents leave of their wishes. */
export async function allowedWishes(
  room: Pick<DriverRoom, 'store'>,
  accountId: string,
  wishes: Preferences,
): Promise<Outcome<Preferences>> {
  if (!wishes.dischargeAllowed) return { ok: true, data: wishes };
  const floorSoc = await v2gFloor(room, accountId);
  if (floorSoc === undefined) {
    return refused(
      'invalidParameters',
      'dischargeAllowed: needs your consent to give energy back (PUT /api/drivers/me/consents/v2g).',
    );
  }
  return {
    ok: true,
    data: { ...wishes, reserveSoc: Math.max(floorSoc, wishes.reserveSoc ?? 0) },
  };
}

async function billsOf({ store }: Reading, sessionIds: readonly string[]) {
  const bills = new Map<string, { cdrId: string; currency: string; totalCost: number }>();
  if (sessionIds.length === 0) return bills;
  const rows = await store.db
    .selectFrom('cdr')
    .select(['id', 'session_id', 'object'])
    .where('session_id', 'in', [...sessionIds])
    .where('credit_of', 'is', null)
    .where((e) =>
      e(
        'id',
        'not in',
        e
          .selectFrom('cdr')
          .select('credit_of')
          .where('credit_of', 'is not', null)
          .$castTo<{ credit_of: string }>(),
      ),
    )
    .orderBy('sort_id')
    .execute();
  for (const { id, session_id, object } of rows) {
    const { currency, total_cost } = object as {
      currency: string;
      total_cost: { readonly before_taxes?: number; readonly taxes?: readonly { readonly amount: number }[] };
    };
    const taxes = (total_cost.taxes ?? []).reduce((sum, { amount }) => sum + amount, 0);
    bills.set(session_id, { cdrId: id, currency, totalCost: (total_cost.before_taxes ?? 0) + taxes });
  }
  return bills;
}

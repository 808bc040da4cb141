import { type Outcome, refused } from '@smac/ocpi';
import type { Preferences, SessionRef, SessionState } from '../../sites/index.ts';
import { refusedAs } from '../refused-as.ts';
import { uidsOf } from './cards.ts';
import { v2gFloor } from './consent.ts';
import { billsOf, type OwnBill } from './own-bills.ts';
import { type DriverRoom, OWN_SESSIONS } from './room.ts';

/** One charge of a driver. */
interface Charge {
  readonly sessionId: string;
  readonly isLive: boolean;
  readonly locationId: string;
  readonly evseUid: string;
  readonly startMs: number;
  readonly endMs: number | null;
  readonly energyWh: number;
  readonly powerW: number | null;
}

/** One charge with its bill; null until the CDR is there. */
export type DriverSession = Charge & (OwnBill | { readonly [K in keyof OwnBill]: null });

const NOT_BILLED = { cdrId: null, currency: null, totalCost: null, taxes: null, parts: null };

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
    ...(cdrs.get(row.session_id) ?? NOT_BILLED),
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
    return refusedAs('charge-over', 'unknownObject', `There is no charge ${sessionId} of yours that runs.`);
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

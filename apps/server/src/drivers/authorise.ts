/** May this token charge here? Asked by stations through OCPP, decided by what is kept, by the issuer, and by commands. */
import type { CdrToken, LocationReferences, Token } from '@smac/ocpi';
import type { TokenStatus } from '../transactions/index.ts';
import { statusOf, verdictOn } from './decide.ts';
import { maskUid } from './mask-uid.ts';
import type { Room } from './room.ts';
import {
  cdrTokenOf,
  type Decision,
  type KeptToken,
  OWN_PEER,
  type PresentedAt,
  type PresentedToken,
} from './token.ts';
import { tokensPresented } from './token-rows.ts';

/** An RFID card that came with a command is not checked again for so long (OCPI 2.3.0 mod_commands). */
const COMMAND_RFID_MS = 15 * 60_000;
/** Tokens of apps exist in commands only, so that a command is all there is to know of them. */
const COMMAND_APP_MS = 24 * 3_600_000;

export async function authorise(room: Room, presented: PresentedToken, at: PresentedAt): Promise<Decision> {
  const key = presented.uid.toLowerCase();
  const candidates = await tokensPresented(room.store.db, key, presented.type === 'eMAID');
  const holder = at.evseId === undefined ? undefined : await room.holderAt(at.stationId, at.evseId);
  const decision = underReservation(
    holder,
    key,
    candidates,
    await decided(room, presented, at, key, candidates),
  );
  await keepDecision(room, key, at, decision);
  if (decision.status !== 'Accepted') {
    room.log.info(
      { stationId: at.stationId, token: maskUid(presented.uid), status: decision.status },
      'A token was refused',
    );
  }
  return decision;
}

/**
 * A reserved EVSE is for its holder, and for cards of the holder's group (OCPP 2.x ReserveNow, groupIdToken). The holder came with a command,
 * however long ago: the token is not checked again while the reservation holds.
 */
function underReservation(
  holder: Token | undefined,
  key: string,
  candidates: readonly KeptToken[],
  decision: Decision,
): Decision {
  if (holder === undefined || decision.status === 'Blocked') return decision;
  if (holder.uid.toLowerCase() === key) {
    return decision.status === 'Accepted'
      ? decision
      : { status: 'Accepted', method: 'COMMAND', cdrToken: cdrTokenOf(holder) };
  }
  const { group_id: group } = holder;
  const isOfGroup = group !== undefined && candidates.some(({ token }) => token.group_id === group);
  return isOfGroup || decision.status !== 'Accepted' ? decision : { ...decision, status: 'Invalid' };
}

async function decided(
  room: Room,
  presented: PresentedToken,
  at: PresentedAt,
  key: string,
  candidates: readonly KeptToken[],
): Promise<Decision> {
  const nowMs = room.clock.now();
  // A block of this operator outlasts a command, too.
  const blocked = candidates.find(({ blockedReason }) => blockedReason !== undefined);
  if (blocked !== undefined) return decisionOf(blocked, 'Blocked', 'WHITELIST');
  const command = await commandFor(room, key, at.stationId, nowMs);
  if (command !== undefined) return command;
  let best: Decision | undefined;
  for (const kept of candidates) {
    const verdict = verdictOn(kept, nowMs, OWN_PEER);
    const decision =
      verdict.kind === 'decided'
        ? decisionOf(kept, verdict.status, 'WHITELIST')
        : await askedOf(room, kept, at, verdict.otherwise);
    if (decision.status === 'Accepted') return decision;
    best ??= decision;
  }
  if (best !== undefined) return best;
  return { status: presented.uid === '' ? 'Invalid' : 'Unknown', method: 'WHITELIST' };
}

async function askedOf(
  room: Room,
  kept: KeptToken,
  at: PresentedAt,
  otherwise: TokenStatus,
): Promise<Decision> {
  const place = room.placeOf(at.stationId, at.evseId);
  const location: LocationReferences | undefined = place && {
    location_id: place.locationId,
    ...(place.evseUid === undefined ? {} : { evse_uids: [place.evseUid] }),
  };
  const { uid, type } = kept.token;
  const answer = await room.askIssuer(kept.peerId, { uid, type }, location);
  if (answer.kind === 'no-answer') {
    room.log.warn(
      { peerId: kept.peerId, token: maskUid(uid), detail: answer.detail },
      'The issuer of a token did not answer; the whitelist decided',
    );
    return decisionOf(kept, otherwise, 'WHITELIST');
  }
  if (answer.kind === 'unknown-token') return decisionOf(kept, 'Unknown', 'AUTH_REQUEST');
  const { authorization_reference: reference } = answer.info;
  const decision = decisionOf(kept, statusOf(answer.info, place), 'AUTH_REQUEST');
  return reference === undefined ? decision : { ...decision, reference };
}

function decisionOf(
  { token, expiresMs }: KeptToken,
  status: TokenStatus,
  method: Decision['method'],
): Decision {
  return {
    status,
    method,
    cdrToken: cdrTokenOf(token),
    ...(token.group_id === undefined ? {} : { groupUid: token.group_id }),
    ...(expiresMs === undefined ? {} : { expiryMs: expiresMs }),
    ...(token.default_profile_type === undefined ? {} : { defaultProfileType: token.default_profile_type }),
    ...(token.energy_contract === undefined ? {} : { energyContract: token.energy_contract }),
  };
}

async function commandFor(
  { store }: Room,
  key: string,
  stationId: string,
  nowMs: number,
): Promise<Decision | undefined> {
  const row = await store.db
    .selectFrom('token_decision')
    .selectAll()
    .where('uid_key', '=', key)
    .where('station_id', '=', stationId)
    .where('method', '=', 'COMMAND')
    .where('at_ms', '>', nowMs - COMMAND_APP_MS)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const cdrToken = row.cdr_token as CdrToken | null;
  const validMs = cdrToken?.type === 'RFID' ? COMMAND_RFID_MS : COMMAND_APP_MS;
  if (row.at_ms <= nowMs - validMs) return undefined;
  return {
    status: 'Accepted',
    method: 'COMMAND',
    ...(cdrToken === null ? {} : { cdrToken }),
    ...(row.reference === null ? {} : { reference: row.reference }),
  };
}

/** A decision that repeats a command is not a new command: the 15 minutes are not prolonged by using them. */
async function keepDecision(room: Room, key: string, at: PresentedAt, decision: Decision): Promise<void> {
  if (decision.method === 'COMMAND') return;
  await insertDecision(room, key, at, decision);
}

export async function acceptByCommand(
  room: Room,
  token: Token,
  at: PresentedAt & { readonly reference?: string },
): Promise<void> {
  await insertDecision(room, token.uid.toLowerCase(), at, {
    status: 'Accepted',
    method: 'COMMAND',
    cdrToken: cdrTokenOf(token),
    ...(at.reference === undefined ? {} : { reference: at.reference }),
  });
}

async function insertDecision(
  { store, clock }: Room,
  key: string,
  at: PresentedAt,
  decision: Decision,
): Promise<void> {
  await store.db
    .insertInto('token_decision')
    .values({
      uid_key: key,
      station_id: at.stationId,
      evse_id: at.evseId ?? null,
      status: decision.status,
      method: decision.method,
      reference: decision.reference ?? null,
      cdr_token: decision.cdrToken === undefined ? null : JSON.stringify(decision.cdrToken),
      at_ms: clock.now(),
    })
    .execute();
}

export async function lastAccepted(
  { store }: Room,
  uid: string,
  stationId: string,
  beforeMs: number,
): Promise<Decision | undefined> {
  const row = await store.db
    .selectFrom('token_decision')
    .selectAll()
    .where('uid_key', '=', uid.toLowerCase())
    .where('station_id', '=', stationId)
    .where('status', '=', 'Accepted')
    .where('at_ms', '<=', beforeMs)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const cdrToken = row.cdr_token as CdrToken | null;
  const contract = cdrToken && (await energyContractOf(store, cdrToken));
  return {
    status: 'Accepted',
    method: row.method,
    ...(cdrToken === null ? {} : { cdrToken }),
    ...(contract ? { energyContract: contract } : {}),
    ...(row.reference === null ? {} : { reference: row.reference }),
  };
}

/** BI20: the supplier that the driver brings along, as the token names it now. */
async function energyContractOf(
  { db }: Room['store'],
  { country_code, party_id, uid, type }: CdrToken,
): Promise<Token['energy_contract']> {
  const row = await db
    .selectFrom('token')
    .select('object')
    .where('uid_key', '=', uid.toLowerCase())
    .where('party', '=', `${country_code.toUpperCase()}-${party_id.toUpperCase()}`)
    .where('removed_ms', 'is', null)
    .execute();
  return row.map(({ object }) => object as Token).find((token) => token.type === type)?.energy_contract;
}

/** Commands at own stations, in the words of their OCPP version. */
import type { CommandResult, Token } from '@smac/ocpi';
import type { Placed } from '../../network/index.ts';
import type { StationCallOutcome, Stations } from '../../stations/index.ts';
import type { RemoteAnswer, Transactions } from '../../transactions/index.ts';
import { COMMAND_TIMEOUT_S, type CommandExecutor } from './executors.ts';

const ACTOR = 'system:ocpi-command';

type Result = CommandResult['result'];

/** What a station's status means; anything else is REJECTED. */
const STATUSES: Readonly<Record<string, Result>> = {
  Accepted: 'ACCEPTED',
  Unlocked: 'ACCEPTED',
  Occupied: 'EVSE_OCCUPIED',
  OngoingAuthorizedTransaction: 'EVSE_OCCUPIED',
  Faulted: 'EVSE_INOPERATIVE',
  Unavailable: 'EVSE_INOPERATIVE',
  UnlockFailed: 'FAILED',
  NotSupported: 'NOT_SUPPORTED',
};

/** OCPI TokenType to OCPP IdTokenEnumType; what is no card is a token of the back office. */
const TOKEN_TYPES: Readonly<Record<string, string>> = { RFID: 'ISO14443', EMAID: 'eMAID' };

export function stationCommands(rooms: {
  readonly stations: Pick<Stations, 'call' | 'connected'>;
  readonly transactions: Pick<Transactions, 'start' | 'stop'>;
  readonly random: (count: number) => Uint8Array;
}): CommandExecutor {
  const { stations, transactions, random } = rooms;
  const presented = ({ uid, type }: Token) => ({ uid, type: TOKEN_TYPES[type] ?? 'Central' });

  async function call(
    { stationId }: Placed,
    action: string,
    payload: (version: '1.6' | '2.x') => Readonly<Record<string, unknown>>,
  ): Promise<CommandResult> {
    const station = stations.connected(stationId);
    if (station === undefined) return said('EVSE_INOPERATIVE', 'The station is offline.');
    const version = station.version === '1.6' ? '1.6' : '2.x';
    const timeoutMs = COMMAND_TIMEOUT_S * 1000;
    return resultOf(await stations.call(stationId, action, payload(version), { actor: ACTOR, timeoutMs }));
  }

  return {
    async start({ place, token }) {
      const answer = await transactions.start(
        {
          stationId: place.stationId,
          evseId: place.evseId,
          token: presented(token),
          ...(token.group_id === undefined ? {} : { groupUid: token.group_id }),
          // A positive 31-bit number: OCPP integers are signed.
          remoteStartId: Buffer.from(random(4)).readUInt32BE() >>> 1,
        },
        ACTOR,
      );
      return remoteResult(answer);
    },
    stop: async (sessionId) => remoteResult(await transactions.stop(sessionId, ACTOR)),
    unlock(place, connectorId) {
      const connector = place.connectors.find(({ id }) => id.toLowerCase() === connectorId.toLowerCase());
      return call(place, 'UnlockConnector', (version) =>
        version === '1.6'
          ? { connectorId: place.evseId }
          : { evseId: place.evseId, connectorId: connector?.connectorId ?? 1 },
      );
    },
    reserve({ place, number, token, expiresMs }) {
      const expires = new Date(expiresMs).toISOString();
      const { uid, type } = presented(token);
      return call(place, 'ReserveNow', (version) =>
        version === '1.6'
          ? { connectorId: place.evseId, expiryDate: expires, idTag: uid, reservationId: number }
          : { id: number, expiryDateTime: expires, idToken: { idToken: uid, type }, evseId: place.evseId },
      );
    },
    async cancel(place, number) {
      const result = await call(place, 'CancelReservation', () => ({ reservationId: number }));
      // OCPP has one way to say no: there is no such reservation.
      return result.result === 'REJECTED' ? { ...result, result: 'UNKNOWN_RESERVATION' } : result;
    },
  };
}

function said(result: Result, text: string): CommandResult {
  return { result, message: [{ language: 'en', text }] };
}

function remoteResult(answer: RemoteAnswer): CommandResult {
  if (answer.accepted) return { result: 'ACCEPTED' };
  if (answer.outcome === undefined) return said('EVSE_INOPERATIVE', answer.detail);
  return resultOf(answer.outcome);
}

function resultOf(outcome: StationCallOutcome): CommandResult {
  switch (outcome.kind) {
    case 'result': {
      const { status = '' } = outcome.payload as { readonly status?: string };
      const result = STATUSES[status] ?? 'REJECTED';
      return result === 'ACCEPTED' ? { result } : said(result, `The station answered ${status}.`);
    }
    case 'error':
      return outcome.code === 'NotSupported' || outcome.code === 'NotImplemented'
        ? said('NOT_SUPPORTED', 'The station does not know this command.')
        : said('FAILED', `The station answered ${outcome.code}.`);
    case 'timeout':
      return said('TIMEOUT', 'The station did not answer.');
    case 'offline':
    case 'unknown-station':
      return said('EVSE_INOPERATIVE', 'The station is offline.');
    case 'refused':
      return said('REJECTED', outcome.detail);
    default:
      return said('FAILED', 'The command did not reach the station.');
  }
}

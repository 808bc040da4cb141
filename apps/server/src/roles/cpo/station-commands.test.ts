import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandResult, Token } from '@smac/ocpi';
import type { ConnectedStation, StationCallOutcome } from '../../stations/index.ts';
import { stationCommands } from './station-commands.ts';

const PLACE = {
  stationId: 'st-1',
  evseId: 2,
  locationId: 'quay',
  evseUid: 'quay-2',
  firstPhase: 1 as const,
  connectors: [
    {
      id: 'A',
      connectorId: 3,
      standard: 'IEC_62196_T2' as const,
      format: 'SOCKET' as const,
      powerType: 'AC_3_PHASE' as const,
      maxVoltageV: 230,
      maxCurrentA: 32,
      dischargeW: 0,
      tariffIds: [],
    },
  ],
};
const TOKEN: Token = {
  country_code: 'NL',
  party_id: 'TNM',
  uid: '04C0FFEE',
  type: 'RFID',
  contract_id: 'NL-TNM-C1',
  issuer: 'TNM',
  valid: true,
  whitelist: 'ALWAYS',
  last_updated: '2026-11-21T08:00:00Z',
};
const EXPIRES = '2026-11-23T09:00:00.000Z';

/** Commands at a station of this version that answers with `outcome`. */
function bench(version: '1.6' | '2.0.1' | undefined, outcome: StationCallOutcome) {
  const sent: unknown[] = [];
  const commands = stationCommands({
    stations: {
      connected: () => (version === undefined ? undefined : ({ version } as ConnectedStation)),
      call: (async (_stationId: string, action: string, payload: unknown) => {
        sent.push([action, payload]);
        return outcome;
      }) as never,
    },
    transactions: {
      start: async (request) => {
        sent.push(['start', request]);
        return { accepted: true };
      },
      stop: async () => ({ accepted: false, detail: 'The station is offline.' }),
    },
    random: () => Uint8Array.of(255, 255, 255, 255),
  });
  return { sent, commands };
}

const answered = (status: string): StationCallOutcome => ({
  kind: 'result',
  payload: { status },
  deviations: [],
});

test('D1.5-§2.3.1-CMD every command in the words of 1.6 and of 2.x', async () => {
  for (const [version, unlock, reserve] of [
    ['1.6', { connectorId: 2 }, { connectorId: 2, expiryDate: EXPIRES, idTag: '04C0FFEE', reservationId: 7 }],
    [
      '2.0.1',
      { evseId: 2, connectorId: 3 },
      { id: 7, expiryDateTime: EXPIRES, idToken: { idToken: '04C0FFEE', type: 'ISO14443' }, evseId: 2 },
    ],
  ] as const) {
    const { commands, sent } = bench(version, answered('Accepted'));
    await commands.unlock(PLACE, 'a');
    await commands.reserve({ place: PLACE, number: 7, token: TOKEN, expiresMs: Date.parse(EXPIRES) });
    await commands.cancel(PLACE, 7);
    assert.deepEqual(sent, [
      ['UnlockConnector', unlock],
      ['ReserveNow', reserve],
      ['CancelReservation', { reservationId: 7 }],
    ]);
  }
});

test('D1.5-§2.3.1-CMD a start names a positive number; an offline station is inoperative', async () => {
  const { commands, sent } = bench('1.6', answered('Accepted'));
  assert.deepEqual(
    await commands.start({ place: PLACE, token: { ...TOKEN, type: 'APP_USER', group_id: 'G1' } }),
    {
      result: 'ACCEPTED',
    },
  );
  assert.deepEqual(sent, [
    [
      'start',
      {
        stationId: 'st-1',
        evseId: 2,
        token: { uid: '04C0FFEE', type: 'Central' },
        groupUid: 'G1',
        remoteStartId: 2_147_483_647,
      },
    ],
  ]);
  assert.equal((await commands.stop('s-1')).result, 'EVSE_INOPERATIVE');
  const offline = bench(undefined, answered('Accepted'));
  assert.equal((await offline.commands.unlock(PLACE, 'A')).result, 'EVSE_INOPERATIVE');
  assert.deepEqual(offline.sent, []);
});

test('D1.5-§2.3.1-CMD what a station answers, or does not, in the words of OCPI', async () => {
  const cases: readonly [StationCallOutcome, CommandResult['result']][] = [
    [answered('Unlocked'), 'ACCEPTED'],
    [answered('UnlockFailed'), 'FAILED'],
    [answered('NotSupported'), 'NOT_SUPPORTED'],
    [answered('Occupied'), 'EVSE_OCCUPIED'],
    [answered('Faulted'), 'EVSE_INOPERATIVE'],
    [answered('Unavailable'), 'EVSE_INOPERATIVE'],
    [answered('Rejected'), 'REJECTED'],
    [{ kind: 'timeout', afterMs: 30_000 }, 'TIMEOUT'],
    [{ kind: 'error', code: 'NotImplemented', description: '', details: {} }, 'NOT_SUPPORTED'],
    [{ kind: 'error', code: 'InternalError', description: '', details: {} }, 'FAILED'],
    [{ kind: 'closed', sent: true }, 'FAILED'],
    [{ kind: 'refused', detail: 'no' }, 'REJECTED'],
    [{ kind: 'unknown-station' }, 'EVSE_INOPERATIVE'],
  ];
  for (const [outcome, result] of cases) {
    assert.equal((await bench('2.0.1', outcome).commands.unlock(PLACE, 'A')).result, result, outcome.kind);
  }
  const { commands } = bench('2.0.1', answered('Rejected'));
  assert.equal((await commands.cancel(PLACE, 7)).result, 'UNKNOWN_RESERVATION');
});

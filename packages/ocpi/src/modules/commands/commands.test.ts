import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOcpiClient } from '../../client/ocpi-client.ts';
import { done } from '../../exchange/outcome.ts';
import type { CommandsReceiver, CommandsSender } from '../../exchange/ports.ts';
import { token } from '../../model/fixtures/objects.ts';
import type { CommandResponse, CommandResult } from '../../model/index.ts';
import { CPO, registerAt, startPlatform } from '../../testing/platforms.ts';
import { ownEndpoint } from '../../versions/offer.ts';
import { serve } from '../testing/served.ts';
import { commandResponseUrl } from './module.ts';

const EMSP = {
  countryCode: 'FI',
  partyId: 'EMS',
  role: 'EMSP',
  businessDetails: { name: 'Archipelago' },
} as const;
const ACCEPTED: CommandResponse = { result: 'ACCEPTED', timeout: 30 };

/** Takes every command and remembers what came. */
function recorder() {
  const calls: [string, unknown][] = [];
  const take = (name: string) => async (_caller: unknown, request: unknown) => {
    calls.push([name, request]);
    return done(ACCEPTED);
  };
  const receiver: CommandsReceiver = {
    startSession: take('START_SESSION'),
    stopSession: take('STOP_SESSION'),
    reserveNow: take('RESERVE_NOW'),
    cancelReservation: take('CANCEL_RESERVATION'),
    unlockConnector: take('UNLOCK_CONNECTOR'),
  };
  return { calls, receiver };
}

for (const version of ['2.2.1', '2.3.0'] as const) {
  test(`D1.5-§2.3.1-CMD OCPI ${version} Commands: all five reach the CPO, and the result of the station comes back to response_url`, async (t) => {
    const { calls, receiver } = recorder();
    const results: [string, string, CommandResult][] = [];
    const sender: CommandsSender = {
      result: async (_caller, command, callbackId, result) => {
        results.push([command, callbackId, result]);
        return done(undefined);
      },
    };
    const cpo = await startPlatform({ party: CPO, ports: { commands: { receiver } }, versions: [version] });
    const emsp = await startPlatform({ party: EMSP, ports: { commands: { sender } } });
    t.after(async () => {
      await cpo.served.close();
      await emsp.served.close();
    });
    const ids = await registerAt(cpo, emsp);
    const { commands } = createOcpiClient(emsp.platform, ids.atClient).receiver;
    const endpoint = ownEndpoint(emsp.platform, version, 'commands', 'SENDER');
    const response_url = commandResponseUrl(endpoint, 'START_SESSION', 'a1');
    const place = { location_id: 'quay', evse_uid: 'quay-3', connector_id: '1' };
    const sent = {
      START_SESSION: { response_url, token, ...place },
      STOP_SESSION: { response_url, session_id: 's-1001' },
      RESERVE_NOW: {
        response_url,
        token,
        location_id: 'quay',
        expiry_date: '2026-11-21T10:00:00Z',
        reservation_id: 'r-1',
      },
      CANCEL_RESERVATION: { response_url, reservation_id: 'r-1' },
      UNLOCK_CONNECTOR: { response_url, ...place },
    };
    const answers = [
      await commands.startSession(sent.START_SESSION),
      await commands.stopSession(sent.STOP_SESSION),
      await commands.reserveNow(sent.RESERVE_NOW),
      await commands.cancelReservation(sent.CANCEL_RESERVATION),
      await commands.unlockConnector(sent.UNLOCK_CONNECTOR),
    ];
    assert.deepEqual(
      answers.map((answer) => answer.ok && answer.data),
      answers.map(() => ACCEPTED),
    );
    assert.deepEqual(calls, Object.entries(sent));
    const result: CommandResult = { result: 'EVSE_OCCUPIED', message: [{ language: 'en', text: 'In use' }] };
    const client = createOcpiClient(cpo.platform, ids.atHost);
    const posted = await client.postResult(response_url, { kind: 'CommandResult', result });
    assert.ok(posted.ok, JSON.stringify(posted));
    assert.deepEqual(results, [['START_SESSION', 'a1', result]]);
  });

  test(`D1.5-§2.3.1-CMD OCPI ${version} Commands: response_url on a host that is not the sender's, and tokens of others, are refused before anything happens`, async (t) => {
    const { calls, receiver } = recorder();
    const { ask } = await serve(t, { version, ports: { commands: { receiver } } });
    const mine = { ...token, country_code: 'FI', party_id: 'TKU' };
    const start = { response_url: 'http://127.0.0.1:9/r/1', token: mine, location_id: 'quay' };
    const post = (body: unknown, command = 'START_SESSION') =>
      ask('POST', `/receiver/commands/${command}`, body);
    for (const response_url of [
      'http://169.254.169.254/latest',
      'http://10.0.0.1/r',
      'ftp://127.0.0.1/r',
      'no url',
    ]) {
      const answer = await post({ ...start, response_url });
      assert.deepEqual([answer.status, answer.json.status_code], [200, 2001], response_url);
      assert.match(answer.json.status_message ?? '', /response_url/);
    }
    assert.equal((await post({ ...start, token })).json.status_code, 2001);
    assert.equal((await post({ ...start, location_id: undefined })).json.status_code, 2001);
    assert.deepEqual(calls, []);
    const unknown = await post(start, 'WASH_CAR');
    assert.deepEqual(unknown.json.data, { result: 'NOT_SUPPORTED', timeout: 0 });
    assert.deepEqual((await post(start)).json.data, ACCEPTED);
    assert.equal((await ask('GET', '/receiver/commands/START_SESSION')).status, 405);
  });
}

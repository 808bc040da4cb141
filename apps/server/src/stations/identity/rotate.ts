import type { OcppVersion } from '@smac/ocpp';
import type { House } from '../life/house.ts';
import type { StationCallOutcome } from '../room.ts';
import { authorizationKey, type StationSecret } from './secret.ts';

/** A station that took its new password gets so long to come back with it by itself. */
const RECONNECT_MS = 10_000;

export type Rotation =
  | { readonly ok: true; readonly needsReboot: boolean }
  | { readonly ok: false; readonly detail: string };

/**
 * Gives a station a new password (A01). It is committed before it is sent; the old one stays valid until the new one was used, so a
 * station that did not take it, or an answer that was lost, locks nobody out.
 */
export async function rotatePassword(house: House, stationId: string, actor: string): Promise<Rotation> {
  const live = house.connections.get(stationId);
  if (live === undefined) return { ok: false, detail: 'The station is not connected.' };
  const secret = house.secrets.generate();
  const hash = house.secrets.hash(stationId, secret);
  await house.directory.changeSecrets(stationId, {
    offered: { hash, generated: true, createdMs: house.clock.now() },
  });
  const outcome = await send(house, stationId, live.connection.version, secret, actor);
  const answer = statusOf(outcome);
  if (answer === 'Accepted') {
    house.clock.after(RECONNECT_MS, () => {
      if (house.connections.isCurrent(stationId, live.generation))
        void live.connection.close(1012, 'come back with the new password');
    });
    return { ok: true, needsReboot: false };
  }
  if (answer === 'RebootRequired') return { ok: true, needsReboot: true };
  // Without an answer the station may have taken it.
  if (outcome.kind === 'timeout' || outcome.kind === 'closed' || outcome.kind === 'bad-answer')
    return {
      ok: false,
      detail: 'The station did not answer; old and new password are valid until one is used.',
    };
  await house.directory.changeSecrets(stationId, { offered: null });
  await house.events.note({
    stationId,
    source: 'server',
    level: 'alarm',
    code: 'PasswordNotTaken',
    text: `Station ${stationId} did not take a new password (${answer ?? outcome.kind}); the old one stays valid.`,
  });
  return { ok: false, detail: `The station did not take the new password (${answer ?? outcome.kind}).` };
}

function send(
  { call }: House,
  stationId: string,
  version: OcppVersion,
  secret: StationSecret,
  actor: string,
): Promise<StationCallOutcome> {
  if (version === '1.6') {
    const payload = { key: 'AuthorizationKey', value: authorizationKey(secret) };
    return call(stationId, 'ChangeConfiguration', payload, { actor });
  }
  const setVariableData = [
    {
      component: { name: 'SecurityCtrlr' },
      variable: { name: 'BasicAuthPassword' },
      attributeValue: secret.text,
    },
  ];
  return call(stationId, 'SetVariables', { setVariableData }, { actor });
}

function statusOf(outcome: StationCallOutcome): string | undefined {
  if (outcome.kind !== 'result') return undefined;
  const payload = outcome.payload as {
    readonly status?: string;
    readonly setVariableResult?: readonly { readonly attributeStatus?: string }[];
  };
  return payload.setVariableResult?.[0]?.attributeStatus ?? payload.status;
}

import {
  type Caller,
  type ChargingProfilesSender,
  done,
  type Outcome,
  type ResultKind,
  refused,
} from '@smac/ocpi';
import type { Callbacks } from '../profiles/callbacks.ts';
import { fromResult, type OcpiTarget } from '../profiles/ocpi-target.ts';
import type { Reaches } from '../profiles/reach.ts';
import { fromWire } from '../profiles/wire-profile.ts';

/** A report without length is believed for the upper end of what OCPI calls useful, 60 minutes. */
const REPORT_WINDOW_MS = 3_600_000;

/** ChargingProfiles, SENDER: asynchronous results and what the CPO reports to be in force. */
export function profilePort(
  callbacks: Callbacks,
  target: OcpiTarget,
  reaches: Reaches,
): ChargingProfilesSender {
  async function result(
    caller: Caller,
    callbackId: string,
    kind: ResultKind,
    body: { readonly result: 'ACCEPTED' | 'REJECTED' | 'UNKNOWN' },
  ): Promise<Outcome<undefined>> {
    const delivery = callbacks.deliver(callbackId, caller.peerId, kind, body);
    // A result that nobody waits for (late, or sent before a restart) still says what the station holds.
    const wanted =
      delivery === 'taken' ||
      delivery === 'repeated' ||
      (kind === 'ChargingProfileResult' &&
        (await target.events?.answered(caller.peerId, callbackId, fromResult(body.result)))) ||
      delivery === 'late';
    if (!wanted) {
      return refused('unknownObject', 'No result is awaited here; use the response_url of your request.');
    }
    await target.events?.committed();
    return done(undefined);
  }

  return {
    profileResult: (caller, id, body) => result(caller, id, 'ChargingProfileResult', body),
    clearResult: (caller, id, body) => result(caller, id, 'ClearProfileResult', body),
    activeProfileResult: (caller, id, body) => result(caller, id, 'ActiveChargingProfileResult', body),
    async activeProfile(caller, sessionId, active) {
      const reach = await reaches.of({ peerId: caller.peerId, sessionId });
      if (reach === undefined) return refused('unknownObject', 'No live session of this peer has that id.');
      const profile = fromWire(active, REPORT_WINDOW_MS, reach.electrical);
      if (profile === undefined) {
        return refused('invalidParameters', 'charging_profile has no period that is in force.');
      }
      await target.events?.active(reach.key, profile);
      return done(undefined);
    },
  };
}

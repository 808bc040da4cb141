/**
 * Who else rules a session, and whether that gives way (D1.5-R4-2): a profile that a person of this operator set by hand is the operator's word, one
 * for priority charging the driver's.
 */
import { type Claim, takesOver } from '../dispatch/index.ts';
import type { Stations } from '../stations/index.ts';
import type { HandMadeProfiles } from './hand-made.ts';
import type { HandMade } from './hand-made-book.ts';
import type { Running } from './running.ts';

export interface GiveWayOptions {
  readonly stations: Pick<Stations, 'connected' | 'call'>;
  readonly handMade: Pick<HandMadeProfiles, 'of'>;
  readonly running: Pick<Running, 'at'>;
}

/** Names the voice behind a purpose that binds one session. */
const SPEAKERS: Readonly<Record<string, Claim['actor']>> = { TxProfile: 'cpo', PriorityCharging: 'driver' };

/**
 * Takes what others set for the session out of the way of a newcomer that outranks all of them. `free`: nobody holds it; `cleared`: the station let go
 * of it and will be read again; `held`: somebody stands above the newcomer, or the station did not let go.
 */
export function giveWay({ stations, handMade, running }: GiveWayOptions) {
  return async (sessionId: string, newcomer: Claim, actor: string): Promise<'free' | 'cleared' | 'held'> => {
    const at = running.at(sessionId);
    if (at === undefined) return 'free';
    const held = handMade
      .of(at.stationId)
      .filter(({ evseId, awaitsTransaction }) => (evseId === at.evseId || evseId === 0) && !awaitsTransaction)
      .flatMap((each) => {
        const speaker = SPEAKERS[each.profile.chargingProfilePurpose];
        return speaker === undefined ? [] : [{ each, claim: claimOf(each, speaker) }];
      });
    if (!held.every(({ claim }) => takesOver(newcomer, claim))) return 'held';
    const version = stations.connected(at.stationId)?.version;
    if (version === undefined) return held.length === 0 ? 'free' : 'held';
    for (const { each } of held) {
      const { id } = each.profile;
      const criteria = version === '1.6' ? { id } : { chargingProfileId: id };
      const outcome = await stations.call(at.stationId, 'ClearChargingProfile', criteria, { actor });
      const isDone =
        outcome.kind === 'result' && (outcome.payload as { readonly status?: string }).status === 'Accepted';
      if (!isDone) return 'held';
    }
    return held.length === 0 ? 'free' : 'cleared';
  };
}

function claimOf({ setMs }: HandMade, actor: Claim['actor']): Claim {
  return { actor, byHand: true, sinceMs: setMs };
}

import {
  type AsynchronousResult,
  type ChargingProfileResponse,
  type ChargingProfilesReceiver,
  done,
  type Outcome,
  type SetChargingProfile,
} from '@smac/ocpi';
import type { OfferedLimit } from '../site/offered-limit.ts';
import type { EvseConfig } from '../site/socket.ts';
import type { ProfileFault } from './faults.ts';
import { activeProfileOf, offeredFrom } from './profile-words.ts';

/** What the executor needs of the back office around it. */
export interface Execution {
  now(): number;
  /** The EVSE of a running session. */
  evseOf(sessionId: string): EvseConfig | undefined;
  profileOf(sessionId: string): OfferedLimit | undefined;
  apply(sessionId: string, profile: OfferedLimit | undefined): void;
  faultOf(sessionId: string): ProfileFault;
  /** Sends an asynchronous result once the synchronous answer is out. */
  answerLater(send: () => Promise<void>): void;
  post(responseUrl: string, result: AsynchronousResult): Promise<void>;
  /** The profile of a session changed by the platform's wish: it now has a right to be told about changes. */
  accepted(sessionId: string): Promise<void>;
}

/** Seconds within which the asynchronous result comes. */
const ANSWER_WITHIN_S = 30;

/** The chargingprofiles receiver of a CPO: answers at once, carries out on the stations, reports the result afterwards. */
export function profileExecutor(execution: Execution): ChargingProfilesReceiver {
  const answer = (result: ChargingProfileResponse['result']): Outcome<ChargingProfileResponse> =>
    done({ result, timeout: result === 'ACCEPTED' ? ANSWER_WITHIN_S : 0 });

  return {
    async put(_caller, sessionId, request: SetChargingProfile) {
      const evse = execution.evseOf(sessionId);
      if (evse === undefined) return answer('UNKNOWN_SESSION');
      const fault = execution.faultOf(sessionId);
      if (fault === 'REJECTED' || fault === 'TOO_OFTEN' || fault === 'NOT_SUPPORTED') return answer(fault);
      const offered = offeredFrom(request.charging_profile, evse, execution.now());
      if (offered === undefined) return answer('REJECTED');
      const isCarriedOut = fault !== 'result-rejected';
      if (isCarriedOut) execution.apply(sessionId, offered);
      if (fault !== 'no-result') {
        execution.answerLater(async () => {
          const result = { result: isCarriedOut ? 'ACCEPTED' : 'REJECTED' } as const;
          await execution.post(request.response_url, { kind: 'ChargingProfileResult', result });
          if (isCarriedOut) await execution.accepted(sessionId);
        });
      }
      return answer('ACCEPTED');
    },

    async get(_caller, sessionId, durationS, responseUrl) {
      const evse = execution.evseOf(sessionId);
      if (evse === undefined) return answer('UNKNOWN_SESSION');
      execution.answerLater(async () => {
        const profile = activeProfileOf(execution.profileOf(sessionId), evse, execution.now(), durationS);
        await execution.post(responseUrl, {
          kind: 'ActiveChargingProfileResult',
          result: { result: 'ACCEPTED', profile },
        });
      });
      return answer('ACCEPTED');
    },

    async delete(_caller, sessionId, responseUrl) {
      if (execution.evseOf(sessionId) === undefined) return answer('UNKNOWN_SESSION');
      const hadProfile = execution.profileOf(sessionId) !== undefined;
      execution.apply(sessionId, undefined);
      execution.answerLater(() =>
        execution.post(responseUrl, {
          kind: 'ClearProfileResult',
          result: { result: hadProfile ? 'ACCEPTED' : 'UNKNOWN' },
        }),
      );
      return answer('ACCEPTED');
    },
  };
}

import { type AsynchronousResult, type Caller, createOcpiClient } from '@smac/ocpi';
import type { CpoRooms } from './rooms.ts';

/** Carries something out in the background and posts what came of it to `response_url`, once (X40). */
export function answerLater(
  { activity, platform, log }: Pick<CpoRooms, 'activity' | 'platform' | 'log'>,
  caller: Caller,
  responseUrl: string,
  work: () => Promise<AsynchronousResult>,
): void {
  void activity
    .track(async () => {
      const result = await work();
      const client = createOcpiClient(platform(), caller.peerId);
      const posted = await client.postResult(responseUrl, result, {
        to: caller.from,
        correlationId: caller.correlationId,
        ...(caller.to === undefined ? {} : { from: caller.to }),
      });
      if (!posted.ok) {
        log.warn(
          { peerId: caller.peerId, kind: result.kind, detail: posted.detail },
          'A result could not be posted to the platform that asked for it',
        );
      }
    })
    .catch((error: unknown) => log.error({ error, peerId: caller.peerId }, 'A command of a platform failed'));
}

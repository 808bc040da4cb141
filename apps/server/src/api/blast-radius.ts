import { HttpProblem } from './problem.ts';
import type { ApiSurroundings } from './surroundings.ts';

/**
 * Calls to one station after the other are a call to many: above a number or a power within a minute a second person is needed (RT20).
 * @param payload of the call, or what of it names the EVSE: such a call moves no more power than that EVSE has
 */
export function demandFew(
  { stations }: Pick<ApiSurroundings, 'stations'>,
  actor: string,
  action: string,
  stationId: string,
  payload: unknown,
): void {
  const refusal = stations.bulk.refusal(actor, action, [stationId], payload);
  if (refusal !== undefined) throw new HttpProblem(409, refusal);
}

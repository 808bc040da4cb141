/**
 * Paths below the SENDER endpoint of ChargingProfiles that results come back to. One per kind, because ChargingProfileResult and
 * ClearProfileResult are the same JSON; the callback id (at most 36 characters) tells the request.
 */
export const RESULT_PATHS = {
  ChargingProfileResult: '/results/profile',
  ClearProfileResult: '/results/clear',
  ActiveChargingProfileResult: '/results/active',
} as const;

export type ResultKind = keyof typeof RESULT_PATHS;

/** `response_url` for a request whose result is of `kind`; `endpointUrl` is ours, of the version spoken with the peer. */
export function responseUrl(endpointUrl: string, kind: ResultKind, callbackId: string): string {
  return `${endpointUrl.replace(/\/+$/, '')}${RESULT_PATHS[kind]}/${encodeURIComponent(callbackId)}`;
}

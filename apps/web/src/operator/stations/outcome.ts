/** What came of a message to a station, as the server tells it. */
export type OutcomeKind =
  | 'result'
  | 'error'
  | 'timeout'
  | 'closed'
  | 'offline'
  | 'busy'
  | 'bad-answer'
  | 'refused'
  | 'invalid'
  | 'halted';

export interface Outcome {
  readonly kind: OutcomeKind;
  readonly payload?: unknown;
  readonly code?: string;
  readonly description?: string;
  readonly detail?: string;
  readonly problems?: readonly { readonly field: string; readonly what: string }[];
}

const GOOD: ReadonlySet<string> = new Set([
  'RebootRequired',
  'Accepted',
  'Scheduled',
  'Unlocked',
  'AcceptedCanceled',
  'EmptyResultSet',
]);

/** The station's own word for what it did, where it gave one. */
export function statusOf({ payload }: Outcome): string | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const { status, setVariableResult, getVariableResult } = payload as {
    readonly status?: unknown;
    readonly setVariableResult?: readonly { readonly attributeStatus?: string }[];
    readonly getVariableResult?: readonly { readonly attributeStatus?: string }[];
  };
  if (typeof status === 'string') return status;
  // One variable after the other, each with its own word: the first that was refused counts.
  const words = (setVariableResult ?? getVariableResult ?? []).map(({ attributeStatus }) => attributeStatus);
  return words.find((word) => word !== undefined && !GOOD.has(word)) ?? words[0];
}

/** Whether the station did, or will do, what was asked. */
export function isTaken(outcome: Outcome): boolean {
  if (outcome.kind !== 'result') return false;
  const status = statusOf(outcome);
  return status === undefined || GOOD.has(status);
}

/** Actions after which the station is not what it was: they are said in words before they are sent. */
const DANGEROUS: ReadonlySet<string> = new Set([
  'Reset',
  'UpdateFirmware',
  'SignedUpdateFirmware',
  'PublishFirmware',
  'ChangeAvailability',
  'UnlockConnector',
  'RemoteStopTransaction',
  'RequestStopTransaction',
  'SetNetworkProfile',
  'InstallCertificate',
  'DeleteCertificate',
  'ClearChargingProfile',
  'SetChargingProfile',
  'SetDERControl',
  'ClearDERControl',
]);
export const isDangerous = (action: string) => DANGEROUS.has(action);
